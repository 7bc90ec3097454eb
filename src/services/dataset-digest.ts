import { createHash } from 'node:crypto';
import type { Split } from '../ml/data/split-dataset.js';
import type { LabelName } from './label-order.js';
import { compareCodePoints } from './label-order.js';

const ABSENT = 0xffffffff;
const SPLIT_CODE: Record<Split, number> = { TRAIN: 0, VALIDATION: 1, TEST: 2 };
/** Stands where otherwise a split does. */
const UNKNOWN_LABELS = 3;

export interface DigestSample {
  readonly key: string;
  /** 32 bytes */
  readonly imageSha256: Uint8Array | null;
  readonly caption: string | null;
  /** null: unknown */
  readonly labels: readonly string[] | null;
  /** none of `labels` */
  readonly unknownLabels: readonly string[];
  readonly split: Split;
}

/**
 * SHA-256 over a dataset version's content. What is hashed, with `u32` little-endian, text as UTF-8, and a string or the
 * bytes of an image as their length (`u32`) and themselves, where an absent one is the length 0xFFFFFFFF alone:
 *
 *     "clipwright dataset 1\n"
 *     u32 number of labels, then per label in code-point order of the keys: string key, string name
 *     per sample in code-point order of the keys:
 *       string key, bytes image SHA-256, string caption,
 *       u32 number of labels (0xFFFFFFFF: unknown), then their keys as strings in code-point order,
 *       where labels are known but for some: u8 3, u32 number of those, then their keys likewise,
 *       u8 split (0 TRAIN, 1 VALIDATION, 2 TEST)
 *
 * So it depends neither on the order of rows nor on that of labels. Samples must be added in order; each key is unique,
 * and every field carries its length, so that different content never reads the same.
 */
export class DatasetDigest {
  readonly #hash = createHash('sha256');
  readonly #chunks: Buffer[] = [];
  #buffered = 0;
  #last: string | undefined;

  constructor(labels: readonly LabelName[]) {
    this.#push(Buffer.from('clipwright dataset 1\n'));
    this.#u32(labels.length);
    for (const { key, name } of labels.toSorted((a, b) => compareCodePoints(a.key, b.key))) {
      this.#text(key);
      this.#text(name);
    }
  }

  add(sample: DigestSample): void {
    if (this.#last !== undefined && compareCodePoints(this.#last, sample.key) >= 0) {
      throw new Error('samples were added to a digest out of key order');
    }
    this.#last = sample.key;
    this.#text(sample.key);
    this.#bytes(sample.imageSha256);
    this.#text(sample.caption);
    if (sample.labels === null) this.#u32(ABSENT);
    else this.#keys(sample.labels);
    if (sample.unknownLabels.length > 0) {
      this.#push(Buffer.of(UNKNOWN_LABELS));
      this.#keys(sample.unknownLabels);
    }
    this.#push(Buffer.of(SPLIT_CODE[sample.split]));
  }

  /** Call once. */
  digest(): Buffer {
    this.#flush();
    return this.#hash.digest();
  }

  #keys(keys: readonly string[]): void {
    this.#u32(keys.length);
    for (const key of keys.toSorted(compareCodePoints)) this.#text(key);
  }

  #text(text: string | null): void {
    this.#bytes(text === null ? null : Buffer.from(text));
  }

  #bytes(bytes: Uint8Array | null): void {
    this.#u32(bytes === null ? ABSENT : bytes.length);
    if (bytes !== null) this.#push(bytes);
  }

  #u32(value: number): void {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value);
    this.#push(bytes);
  }

  #push(bytes: Uint8Array): void {
    this.#chunks.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    this.#buffered += bytes.length;
    if (this.#buffered >= 65_536) this.#flush();
  }

  #flush(): void {
    this.#hash.update(Buffer.concat(this.#chunks));
    this.#chunks.length = 0;
    this.#buffered = 0;
  }
}
