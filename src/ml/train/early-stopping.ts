import { type EpochRecord, stopScore } from './epoch-record.js';
import type { EarlyStoppingConfig } from './run-config.js';

/** The epoch whose weights are kept so far, and how long ago it was. JSON-safe. */
export interface BestSoFar {
  readonly epoch: number;
  /** null: nothing could be compared, so the latest epoch is kept. */
  readonly score: number | null;
  readonly epochsSince: number;
}

/**
 * The best epoch once `record` is known. Only a strictly better score replaces it. Where the metric is undefined (no
 * validation samples, or no positives among them) the latest epoch is kept as long as no earlier one has a score, and
 * patience does not run out.
 */
export function updateBest(
  best: BestSoFar | null,
  record: EpochRecord,
  config: EarlyStoppingConfig | null,
): BestSoFar {
  const score = stopScore(record, config?.metric ?? 'MEAN_AVERAGE_PRECISION');
  const fresh = { epoch: record.epoch, score, epochsSince: 0 };
  if (best === null || best.score === null) return fresh;
  if (score === null) return best;
  if (score > best.score) return fresh;
  return { ...best, epochsSince: best.epochsSince + 1 };
}

export function shouldStop(best: BestSoFar, config: EarlyStoppingConfig | null): boolean {
  return config !== null && best.epochsSince >= config.patience;
}
