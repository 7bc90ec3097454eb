import { DEFAULT_BATCH, type EmbeddingPlan } from '../clip/embedding-plan.js';

export interface InferencePlan {
  readonly processes: number;
  /** Of each process. */
  readonly threads: number;
}

/** Each process holds the whole model; beyond this, copies cost more memory than they save time. */
const MAX_COPIED_MODEL_BYTES = 128 * 1024 * 1024;
const MAX_PROCESSES = 4;
const OTHER_BATCHES = [8, 24];

/**
 * How to spread `threads` over processes for embedding many items, before anything was measured. Small models gain little
 * from threads inside an op and lose it again to whatever else runs: for them, a process for each thread.
 * docs/decisions/0004-embedding-pipeline.md
 */
export function planInference(threads: number, modelBytes: number): InferencePlan {
  if (modelBytes > MAX_COPIED_MODEL_BYTES) return { processes: 1, threads };
  const processes = Math.min(threads, MAX_PROCESSES);
  return { processes, threads: Math.max(1, Math.floor(threads / processes)) };
}

/** What is worth a measurement; what is done without one comes first. */
export function candidatePlans(threads: number, modelBytes: number): EmbeddingPlan[] {
  const first = planInference(threads, modelBytes);
  const spreads = first.processes === 1 ? [first] : [first, { processes: 1, threads }];
  return [DEFAULT_BATCH, ...OTHER_BATCHES].flatMap((batch) =>
    spreads.map((spread) => ({ ...spread, batch })),
  );
}
