import type { EmbeddingRunner } from '../clip/embed-ports.js';
import type { EncoderDescription } from '../clip/encoder-description.js';
import type { TensorData } from '../graph/dtype.js';
import type { Tensors } from '../runtime/session.js';
import { InferProcess, type InferRequestOptions } from './infer-process.js';
import { planInference } from './plan-inference.js';

export interface PlannedInferOptions {
  /** Of all processes together. */
  readonly threads: number;
  readonly mostProcesses?: number;
  readonly nice?: number;
}

/**
 * Runs each encoder in as many processes as its size allows: a large one that was downloaded a moment ago in one, small ones in
 * more. A pool for each plan, of which there are two; children start when they are needed.
 */
export class PlannedInfer implements EmbeddingRunner {
  /** Of the pool that has most. */
  readonly processes: number;
  readonly #pools = new Map<number, InferProcess>();

  constructor(private readonly options: PlannedInferOptions) {
    this.processes = this.#plan(0).processes;
  }

  get pids(): number[] {
    return [...this.#pools.values()].flatMap(({ pids }) => pids);
  }

  embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options?: InferRequestOptions,
  ): Promise<Float32Array> {
    return this.#pool(encoder.sizeBytes).embedImages(encoder, levels, count, options);
  }

  embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options?: InferRequestOptions,
  ): Promise<Float32Array> {
    return this.#pool(encoder.sizeBytes).embedTexts(encoder, texts, options);
  }

  /** Heads are small. */
  runHead(
    path: string,
    feeds: Tensors,
    options?: InferRequestOptions & { readonly fetches?: readonly string[] },
  ): Promise<Record<string, TensorData>> {
    return this.#pool(0).runHead(path, feeds, options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #plan(modelBytes: number): { processes: number; threads: number } {
    const { threads, mostProcesses = Number.POSITIVE_INFINITY } = this.options;
    const plan = planInference(threads, modelBytes);
    return { ...plan, processes: Math.min(plan.processes, mostProcesses) };
  }

  #pool(modelBytes: number): InferProcess {
    const { nice } = this.options;
    const plan = this.#plan(modelBytes);
    const known = this.#pools.get(plan.threads);
    if (known) return known;
    const pool = new InferProcess({ ...plan, ...(nice !== undefined && { nice }) });
    this.#pools.set(plan.threads, pool);
    return pool;
  }
}
