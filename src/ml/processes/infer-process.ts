import type { EncoderDescription } from '../clip/encoder-description.js';
import type { TensorData } from '../graph/dtype.js';
import type { Tensors } from '../runtime/session.js';
import type { InferMethods, InferSettings } from './infer.methods.js';
import type { RequestOptions } from './pool-request.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';

export interface InferProcessOptions extends InferSettings {
  /** Child processes, each with sessions of its own. */
  readonly processes: number;
  readonly nice?: number;
  readonly timeoutMs?: number;
}

/** What a child takes with its heads and buffers, beside the encoders. */
const BASE_BYTES = 768 * 1024 * 1024;
/** A session holds weights, packed copies of them and activations. */
const BYTES_PER_MODEL_BYTE = 4;

export type InferRequestOptions = Pick<RequestOptions<never>, 'signal' | 'priority'>;

/** Running models, in child processes. */
export class InferProcess {
  readonly processes: number;
  readonly #pool: ProcessPool<InferMethods>;
  /** By revision: what the encoders that were asked for weigh. */
  readonly #encoderBytes = new Map<string, number>();

  constructor(options: InferProcessOptions) {
    this.processes = options.processes;
    const { threads, device } = options;
    const settings: InferSettings = { threads, ...(device && { device }) };
    this.#pool = new ProcessPool({
      name: 'infer',
      entry: processEntry('infer.process', import.meta.url),
      size: options.processes,
      // The next batch is there when one ends.
      concurrency: 2,
      timeoutMs: options.timeoutMs ?? 120_000,
      settings,
      // A driver that took a process with it is not given another: the CPU takes over (device-infer.ts).
      ...(device && { retries: 0 }),
      env: { MALLOC_ARENA_MAX: '2' },
      ...(options.nice === undefined ? {} : { nice: options.nice }),
      recycleBytes: () => this.#recycleBytes(),
    });
  }

  get pids(): number[] {
    return this.#pool.pids;
  }

  /** @param levels RGB `[count, H, W, 3]`
   *  @returns L2-normalised `[count, dimension]` */
  embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options?: InferRequestOptions,
  ): Promise<Float32Array> {
    this.#encoderBytes.set(encoder.revision, encoder.sizeBytes);
    return this.#pool.request('embedImages', { encoder, levels, count }, options);
  }

  /** @returns L2-normalised `[texts.length, dimension]` */
  embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options?: InferRequestOptions,
  ): Promise<Float32Array> {
    this.#encoderBytes.set(encoder.revision, encoder.sizeBytes);
    return this.#pool.request('embedTexts', { encoder, texts }, options);
  }

  /** @param path an ONNX file that our own server wrote */
  runHead(
    path: string,
    feeds: Tensors,
    options?: InferRequestOptions & { readonly fetches?: readonly string[] },
  ): Promise<Record<string, TensorData>> {
    const { fetches, ...rest } = options ?? {};
    const payload = fetches === undefined ? { path, feeds } : { path, feeds, fetches };
    return this.#pool.request('runHead', payload, rest);
  }

  /** Grown beyond this, a child has leaked: it keeps two encoders at most. */
  #recycleBytes(): number {
    const [first = 0, second = 0] = [...this.#encoderBytes.values()].sort((a, b) => b - a);
    return BASE_BYTES + BYTES_PER_MODEL_BYTE * (first + second);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
