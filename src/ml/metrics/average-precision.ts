import { forEachCut, type Ranking } from './ranking.js';

/**
 * Average precision AP = Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores from the highest down, without
 * interpolation; tied samples enter together, as in scikit-learn's `average_precision_score`
 * (https://scikit-learn.org/stable/modules/model_evaluation.html#precision-recall-f-measure-metrics).
 * Null for a label without a positive.
 */
export function averagePrecision(ranking: Ranking): number | null {
  const support = ranking.positives.length;
  if (support === 0) return null;
  let sum = 0;
  let before = 0;
  forEachCut(ranking, (_score, _below, truePositives, predicted) => {
    sum += (truePositives - before) * (truePositives / predicted);
    before = truePositives;
  });
  return sum / support;
}
