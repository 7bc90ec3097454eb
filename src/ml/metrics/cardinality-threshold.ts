import { DEFAULT_THRESHOLD, thresholdOf } from './best-threshold.js';
import { forEachCut, type Ranking } from './ranking.js';

/**
 * The cut of all N × L scores as one `ranking` that predicts as many labels as the samples carry, so
 * that the mean per sample matches too, or comes as near as tied scores and at least one prediction
 * allow; of two that are equally near the one that predicts fewer. 0.5 without a positive.
 */
export function cardinalityThreshold(ranking: Ranking): number {
  const support = ranking.positives.length;
  let best = DEFAULT_THRESHOLD;
  let least = support === 0 ? 0 : Number.POSITIVE_INFINITY;
  forEachCut(ranking, (score, below, _truePositives, predicted) => {
    const difference = Math.abs(predicted - support);
    if (difference >= least) return;
    best = thresholdOf(ranking, score, below);
    least = difference;
  });
  return best;
}
