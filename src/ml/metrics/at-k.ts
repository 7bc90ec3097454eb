import { forEachSample } from './label-ranking.js';
import { forEachCut, type Ranking } from './ranking.js';
import { ratio } from './ratio.js';
import { type Scores, sampleCount } from './scored.js';

/**
 * How many of the k highest-scored labels a sample carries. Means over the samples that carry a
 * label: for the others every ranking is as good as the next. Null without such a sample.
 */
export interface AtK {
  k: number;
  /** Of the k labels, or of those that are known where they are fewer, the share that is carried; 1 − one-error where k is 1. */
  precision: number | null;
  /** Of the carried labels, the share among the k. */
  recall: number | null;
  /** Discounted by log₂(rank + 1), relative to the best ranking (Järvelin and Kekäläinen 2002). */
  ndcg: number | null;
}

/**
 * Precision, recall and nDCG of `scores` against `targets`, both `[N, L]`, at each k of `ranks`
 * (1 to L). Tied labels share their places evenly: each figure is its mean over all ways of breaking
 * ties, as in scikit-learn's `ndcg_score`, so that none depends on the labels' order.
 */
export function atRanks(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  ranks: readonly number[],
): AtK[] {
  sampleCount(scores, targets, numLabels);
  const sums = ranks.map((k) => ({ k, precision: 0, recall: 0, ndcg: 0 }));
  let samples = 0;
  forEachSample(scores, targets, numLabels, (ranking) => {
    const support = ranking.positives.length;
    if (support === 0) return;
    const known = support + ranking.negatives.length;
    samples++;
    for (const sum of sums) {
      const { hits, gain } = gainAt(ranking, sum.k);
      sum.precision += hits / Math.min(sum.k, known);
      sum.recall += hits / support;
      sum.ndcg += gain / discounts(0, Math.min(sum.k, support));
    }
  });
  return sums.map(({ k, precision, recall, ndcg }) => ({
    k,
    precision: ratio(precision, samples),
    recall: ratio(recall, samples),
    ndcg: ratio(ndcg, samples),
  }));
}

/** Expected carried labels among the first k, plain and discounted. */
function gainAt(ranking: Ranking, k: number): { hits: number; gain: number } {
  let hits = 0;
  let gain = 0;
  let positivesBefore = 0;
  let placesBefore = 0;
  forEachCut(ranking, (_score, _below, truePositives, predicted) => {
    if (placesBefore >= k) return;
    const share = (truePositives - positivesBefore) / (predicted - placesBefore);
    const end = Math.min(predicted, k);
    hits += share * (end - placesBefore);
    gain += share * discounts(placesBefore, end);
    positivesBefore = truePositives;
    placesBefore = predicted;
  });
  return { hits, gain };
}

/** Sum of 1 ÷ log₂(rank + 1) over the ranks after `start` up to `end`, counted from 1. */
function discounts(start: number, end: number): number {
  let sum = 0;
  for (let place = start; place < end; place++) sum += 1 / Math.log2(place + 2);
  return sum;
}
