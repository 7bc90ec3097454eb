import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EmbeddingRunner,
  EmbedOptions,
  PixelSource,
} from '../../../src/ml/clip/embed-ports.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import type { Drift } from '../../../src/ml/clip/measure-drift.js';
import { tokenRowLength } from '../../../src/ml/nn/token-shape.js';
import type { PlanSource } from '../../../src/services/embedding-plans.js';
import type { EncoderSource, UsableEncoder } from '../../../src/services/encoder-source.js';

export const DIMENSION = 8;
export const TOKEN_SHAPES = { image: { count: 3, width: 4 }, text: { count: 2, width: 5 } };

/** Embeds content as a unit vector made from its hash, under two ids, and remembers what it was asked. */
export class FakeEncoder implements EncoderSource, PixelSource, EmbeddingRunner, PlanSource {
  readonly processes = 1;
  images = 0;
  texts: string[] = [];
  /** milliseconds a batch takes */
  delay = 0;
  fail: Error | undefined;
  /** why another than the device computes, as whoever asks hears it */
  warning: string | undefined;
  variants: UsableEncoder['variants'] = [];
  /** of each variant to FP32 */
  drift: Drift = { imageCosine: 1, textCosine: 1, speedup: 1 };
  /** revisions of the towers that images were embedded by */
  readonly revisions = new Set<string>();
  /** hears how much each batch holds, before it is given back */
  onBatch: (count: number, modality: 'IMAGE' | 'TEXT') => void = () => {};

  constructor(private revision = 'a'.repeat(64)) {}

  /** Its files are others now. */
  revise(revision: string): void {
    this.revision = revision;
  }

  async device() {
    return 'cpu' as const;
  }

  async choose() {
    return undefined;
  }

  async list(): Promise<UsableEncoder[]> {
    return [(await this.get('test/fake'))!];
  }

  async get(id: string): Promise<UsableEncoder | undefined> {
    if (id !== 'test/fake' && id !== 'test/other') return undefined;
    return {
      id,
      name: 'fake',
      status: 'BUILT_IN',
      license: null,
      description: {
        directory: import.meta.dirname,
        family: 'CLIP',
        precision: 'FP32',
        revision: id === 'test/fake' ? this.revision : 'c'.repeat(64),
        preprocessingHash: 'b'.repeat(64),
        dimension: DIMENSION,
        tokenShapes: TOKEN_SHAPES,
        sizeBytes: 1,
        image: {
          geometry: { crop: { width: 4, height: 1 } },
          normalization: {},
        },
        text: { contextLength: 77 },
      } as unknown as UsableEncoder['description'],
      variants: this.variants,
    };
  }

  async prepare(): Promise<Drift> {
    return this.drift;
  }

  /** Twelve levels that depend on the bytes. */
  async pixels(source: { path: string } | { bytes: Uint8Array }): Promise<Uint8Array> {
    const bytes = 'path' in source ? await readFile(source.path) : source.bytes;
    return createHash('sha256').update(bytes).digest().subarray(0, 12);
  }

  async embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options?: EmbedOptions,
  ): Promise<Float32Array> {
    this.revisions.add(encoder.revision);
    await this.#work(options);
    this.onBatch(count, 'IMAGE');
    this.images += count;
    const contents = Array.from({ length: count }, (_, i) => levels.subarray(i * 12, i * 12 + 12));
    return encoder.withTokens ? withTokens(contents, 'image') : vectors(contents);
  }

  async embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options?: EmbedOptions,
  ): Promise<Float32Array> {
    await this.#work(options);
    this.onBatch(texts.length, 'TEXT');
    this.texts.push(...texts);
    return encoder.withTokens ? withTokens(texts, 'text') : vectors(texts);
  }

  async #work(options?: EmbedOptions): Promise<void> {
    const { signal } = options ?? {};
    if (this.delay > 0) await sleep(this.delay, undefined, { signal }).catch(() => {});
    // What was given up is not computed, as by a pool of processes: counted later, it would be the next test's.
    signal?.throwIfAborted();
    if (this.fail) throw this.fail;
    if (this.warning !== undefined) options?.onFallback?.(this.warning);
  }
}

export function imageVector(bytes: Uint8Array): Float32Array {
  return vectors([createHash('sha256').update(bytes).digest().subarray(0, 12)]);
}

export function textVector(text: string): Float32Array {
  return vectors([text]);
}

/** A content's tokens: as many as there is room for, but for one of a text of fewer than nine characters. */
export function tokensOf(content: string | Uint8Array, modality: 'image' | 'text'): Float32Array {
  const { count, width } = TOKEN_SHAPES[modality];
  const hash = createHash('sha256').update(content).digest();
  const row = new Float32Array(tokenRowLength(TOKEN_SHAPES[modality]));
  const there = modality === 'text' && content.length < 9 ? 1 : count;
  for (let at = 0; at < there; at++) {
    const start = at * (width + 1);
    for (let i = 0; i < width; i++) row[start + i] = hash[at * width + i]! / 8;
    row[start + width] = 1;
  }
  return row;
}

function withTokens(contents: readonly (string | Uint8Array)[], modality: 'image' | 'text') {
  return Float32Array.from(
    contents.flatMap((each) => [...vectors([each]), ...tokensOf(each, modality)]),
  );
}

function vectors(contents: readonly (string | Uint8Array)[]): Float32Array {
  const rows = new Float32Array(contents.length * DIMENSION);
  contents.forEach((content, row) => {
    const hash = createHash('sha256').update(content).digest();
    const values = Array.from({ length: DIMENSION }, (_, i) => hash[i]! - 127.5);
    const norm = Math.hypot(...values);
    values.forEach((value, i) => {
      rows[row * DIMENSION + i] = value / norm;
    });
  });
  return rows;
}
