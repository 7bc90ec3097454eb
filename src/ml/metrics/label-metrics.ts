import { averagePrecision } from './average-precision.js';
import { type Counts, countPredictions } from './counts.js';
import { f1Score } from './f1.js';
import { rank } from './ranking.js';
import { perLabelThresholds, type Scores } from './scored.js';

/** How one label fares in one split. */
export interface LabelMetrics {
  /** The label's index. */
  label: number;
  /** Samples that carry it. */
  support: number;
  threshold: number;
  /** Null where the label is never predicted. */
  precision: number | null;
  /** Null where no sample carries the label. */
  recall: number | null;
  /** 0 where the label is never predicted. */
  f1: number;
  /** Null where no sample carries the label. */
  averagePrecision: number | null;
}

/** One entry per label, in order, from `scores` and `targets`, both `[N, L]`. */
export function labelMetrics(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array | number,
): LabelMetrics[] {
  const counts = countPredictions(scores, targets, numLabels, thresholds);
  return countedLabels(counts, thresholds, (label) =>
    averagePrecision(rank(scores, targets, numLabels, label)),
  );
}

/** `labelMetrics` of what has been counted and, label by label, ranked. */
export function countedLabels(
  counts: Counts,
  thresholds: Float64Array | number,
  averagePrecisionOf: (label: number) => number | null,
): LabelMetrics[] {
  const cuts = perLabelThresholds(thresholds, counts.positives.length);
  return Array.from(cuts, (threshold, label) => {
    const support = counts.positives[label]!;
    const predicted = counts.predicted[label]!;
    const truePositives = counts.truePositives[label]!;
    return {
      label,
      support,
      threshold,
      precision: predicted === 0 ? null : truePositives / predicted,
      recall: support === 0 ? null : truePositives / support,
      f1: f1Score(truePositives, support, predicted) ?? 0,
      averagePrecision: averagePrecisionOf(label),
    };
  });
}
