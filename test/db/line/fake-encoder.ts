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
import type { PlanSource } from '../../../src/services/embedding-plans.js';
import type { EncoderSource, UsableEncoder } from '../../../src/services/encoder-source.js';

export const DIMENSION = 8;

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
  onBatch: (count: number) => void = () => {};

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
        directory: '/nowhere',
        family: 'CLIP',
        precision: 'FP32',
        revision: id === 'test/fake' ? this.revision : 'c'.repeat(64),
        preprocessingHash: 'b'.repeat(64),
        dimension: DIMENSION,
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
    this.onBatch(count);
    this.images += count;
    return vectors(Array.from({ length: count }, (_, i) => levels.subarray(i * 12, i * 12 + 12)));
  }

  async embedTexts(
    _: unknown,
    texts: readonly string[],
    options?: EmbedOptions,
  ): Promise<Float32Array> {
    await this.#work(options);
    this.onBatch(texts.length);
    this.texts.push(...texts);
    return vectors(texts);
  }

  async #work(options?: EmbedOptions): Promise<void> {
    if (this.delay > 0) await sleep(this.delay);
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
