import type { EmbeddingRunner } from '../clip/embed-ports.js';
import type { EmbeddingPlan } from '../clip/embedding-plan.js';
import type { EncoderDescription } from '../clip/encoder-description.js';
import type { TensorData } from '../graph/dtype.js';
import type { Tensors } from '../runtime/session.js';
import { InferProcess, type InferRequestOptions } from './infer-process.js';
import { candidatePlans, type InferencePlan, planInference } from './plan-inference.js';

export interface PlannedInferOptions {
  /** Of all processes together. */
  readonly threads: number;
  readonly mostProcesses?: number;
  readonly nice?: number;
}

/**
 * Runs each encoder in as many processes as its size allows, or as was measured to be best: a large one that was downloaded a
 * moment ago in one, small ones in more. A pool for each plan, of which there are two; children start when they are needed.
 */
export class PlannedInfer implements EmbeddingRunner {
  /** Of the pool that has most. */
  readonly processes: number;
  readonly #pools = new Map<number, InferProcess>();
  /** By revision. */
  readonly #measured = new Map<string, InferencePlan>();

  constructor(private readonly options: PlannedInferOptions) {
    this.processes = this.#plan(0).processes;
  }

  get pids(): number[] {
    return [...this.#pools.values()].flatMap(({ pids }) => pids);
  }

  /** What it may be told to `use`; the first is what it does by itself. */
  candidates(encoder: EncoderDescription): EmbeddingPlan[] {
    return candidatePlans(this.options.threads, encoder.sizeBytes);
  }

  /** From here on this encoder runs so. */
  use(encoder: EncoderDescription, { processes, threads }: EmbeddingPlan): void {
    this.#measured.set(encoder.revision, { processes, threads });
  }

  embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options?: InferRequestOptions,
  ): Promise<Float32Array> {
    return this.#poolOf(encoder).embedImages(encoder, levels, count, options);
  }

  embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options?: InferRequestOptions,
  ): Promise<Float32Array> {
    return this.#poolOf(encoder).embedTexts(encoder, texts, options);
  }

  /** Heads are small. */
  runHead(
    path: string,
    feeds: Tensors,
    options?: InferRequestOptions & { readonly fetches?: readonly string[] },
  ): Promise<Record<string, TensorData>> {
    return this.#pool(this.#plan(0)).runHead(path, feeds, options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #poolOf({ revision, sizeBytes }: EncoderDescription): InferProcess {
    return this.#pool(this.#measured.get(revision) ?? this.#plan(sizeBytes));
  }

  #plan(modelBytes: number): InferencePlan {
    const { threads, mostProcesses = Number.POSITIVE_INFINITY } = this.options;
    const plan = planInference(threads, modelBytes);
    return { ...plan, processes: Math.min(plan.processes, mostProcesses) };
  }

  #pool(plan: InferencePlan): InferProcess {
    const { nice } = this.options;
    const known = this.#pools.get(plan.threads);
    if (known) return known;
    const pool = new InferProcess({ ...plan, ...(nice !== undefined && { nice }) });
    this.#pools.set(plan.threads, pool);
    return pool;
  }
}
