import { forEachCut, type Ranking } from './ranking.js';

/**
 * Area under the ROC curve: the share of pairs of a positive and a negative in which the positive
 * scores higher, ties counting half (Fawcett 2006, https://doi.org/10.1016/j.patrec.2005.10.010).
 * Null without a positive or without a negative.
 */
export function rocAuc(ranking: Ranking): number | null {
  const pairs = ranking.positives.length * ranking.negatives.length;
  if (pairs === 0) return null;
  let lost = 0;
  let positivesAbove = 0;
  let negativesAbove = 0;
  forEachCut(ranking, (_score, _below, truePositives, predicted) => {
    const falsePositives = predicted - truePositives;
    lost += (truePositives - positivesAbove) * ((negativesAbove + falsePositives) / 2);
    positivesAbove = truePositives;
    negativesAbove = falsePositives;
  });
  return 1 - lost / pairs;
}
