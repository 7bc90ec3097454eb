import { Rng } from '../data/rng.js';
import { bestThreshold, DEFAULT_THRESHOLD } from './best-threshold.js';
import { cardinalityThreshold } from './cardinality-threshold.js';
import { crossValidatedThreshold } from './cross-validated-threshold.js';
import { type Ranking, rank } from './ranking.js';
import { type Scores, sampleCount } from './scored.js';

/** How a run chooses its thresholds. */
export type ThresholdKind = 'FIXED' | 'GLOBAL' | 'PER_LABEL' | 'CROSS_VALIDATED' | 'CARDINALITY';

/** Of the folds of CROSS_VALIDATED: the same scores always have the same thresholds. */
const FOLD_SEED = 0;

/**
 * Thresholds `[L]` fitted on validation's `scores` and `targets`, both `[N, L]`.
 *
 * - FIXED: `value` (0.5 where it is null) for every label.
 * - GLOBAL: the one cut with the highest micro-F1.
 * - PER_LABEL: for each label the cut with its highest F1. Macro-F1 is a mean over labels, so this
 *   maximises macro-F1 exactly. A label without a positive in validation keeps 0.5.
 * - CROSS_VALIDATED: for each label the mean over folds, near GLOBAL's where positives are few
 *   (`crossValidatedThreshold`).
 * - CARDINALITY: the one cut that predicts as many labels as validation has
 *   (`cardinalityThreshold`).
 *
 * The search is exact: every way in which a threshold can part the scores is looked at. Beware of
 * few positives in PER_LABEL: the best cut of a label that the model cannot tell apart predicts it
 * for every sample (Lipton et al. 2014, https://arxiv.org/abs/1402.1892).
 */
export function fitThresholds(
  kind: ThresholdKind,
  value: number | null,
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
): Float64Array {
  sampleCount(scores, targets, numLabels);
  const all = (threshold: number) => new Float64Array(numLabels).fill(threshold);
  const whole = () => rank(scores, targets, numLabels, null);
  const each = (threshold: (ranking: Ranking) => number) =>
    Float64Array.from({ length: numLabels }, (_, label) =>
      threshold(rank(scores, targets, numLabels, label)),
    );
  switch (kind) {
    case 'FIXED':
      return all(value ?? DEFAULT_THRESHOLD);
    case 'GLOBAL':
      return all(bestThreshold(whole()));
    case 'PER_LABEL':
      return each(bestThreshold);
    case 'CROSS_VALIDATED': {
      const global = bestThreshold(whole());
      const rng = Rng.fromSeed(FOLD_SEED);
      return each((ranking) => crossValidatedThreshold(ranking, global, rng));
    }
    case 'CARDINALITY':
      return all(cardinalityThreshold(whole()));
  }
}
