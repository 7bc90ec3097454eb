import { forEachCut, type Ranking, rank } from './ranking.js';
import { type Scores, sampleCount } from './scored.js';

/** How a run chooses its thresholds. */
export type ThresholdKind = 'FIXED' | 'GLOBAL' | 'PER_LABEL';

/** What FIXED means without a value, and what stands where no positive says anything. */
export const DEFAULT_THRESHOLD = 0.5;

/**
 * Thresholds `[L]` fitted on validation's `scores` and `targets`, both `[N, L]`.
 *
 * - FIXED: `value` (0.5 where it is null) for every label.
 * - GLOBAL: the one cut with the highest micro-F1.
 * - PER_LABEL: for each label the cut with its highest F1. Macro-F1 is a mean over labels, so this
 *   maximises macro-F1 exactly. A label without a positive in validation keeps 0.5: every cut
 *   would give it the same F1, 0.
 *
 * The search is exact: every way in which a threshold can part the scores is looked at. Beware of
 * few positives: the best cut of a label that the model cannot tell apart predicts it for every
 * sample (Lipton et al. 2014, https://arxiv.org/abs/1402.1892).
 */
export function fitThresholds(
  kind: ThresholdKind,
  value: number | null,
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
): Float64Array {
  sampleCount(scores, targets, numLabels);
  const single = scores instanceof Float32Array;
  switch (kind) {
    case 'FIXED':
      return new Float64Array(numLabels).fill(value ?? DEFAULT_THRESHOLD);
    case 'GLOBAL':
      return new Float64Array(numLabels).fill(
        bestThreshold(rank(scores, targets, numLabels, null), single),
      );
    case 'PER_LABEL':
      return Float64Array.from({ length: numLabels }, (_, label) =>
        bestThreshold(rank(scores, targets, numLabels, label), single),
      );
  }
}

/**
 * The threshold of the cut with the highest F1. Of equal ones the threshold nearest to 0.5, then
 * the higher one. Compared by cross-multiplication of whole numbers, so that ties are ties.
 */
function bestThreshold(ranking: Ranking, single: boolean): number {
  const support = ranking.positives.length;
  if (support === 0) return DEFAULT_THRESHOLD;
  let best = Number.NaN;
  let bestTruePositives = 0;
  let bestDenominator = 1;
  forEachCut(ranking, (score, below, truePositives, predicted) => {
    const denominator = support + predicted;
    const gain = truePositives * bestDenominator - bestTruePositives * denominator;
    if (gain < 0 || truePositives === 0) return;
    const threshold = between(below ?? Math.min(0, score), score, single);
    if (gain === 0 && Math.abs(threshold - 0.5) >= Math.abs(best - 0.5)) return;
    best = threshold;
    bestTruePositives = truePositives;
    bestDenominator = denominator;
  });
  return best;
}

/**
 * A threshold midway between neighbouring scores, above `below` and at most `score` even where the
 * two are neighbouring floats. For float32 scores it is a float32 too, so that it parts them alike
 * wherever thresholds are compared in single precision.
 */
function between(below: number, score: number, single: boolean): number {
  const middle = below + (score - below) / 2;
  const threshold = single ? Math.fround(middle) : middle;
  return threshold > below && threshold <= score ? threshold : score;
}
