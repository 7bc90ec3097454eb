import type { LabelStatistics } from '../../../src/ml/nn/losses/label-statistics.js';

/** Of `samples` of which everything is known. */
export function labelCounts(samples: number, positives: readonly number[]): LabelStatistics {
  return { positives, negatives: positives.map((count) => samples - count) };
}
