import { forEachCut, type Ranking } from './ranking.js';

/** What stands where no positive says anything. */
export const DEFAULT_THRESHOLD = 0.5;

/**
 * The threshold of the cut with the highest F1. Of equal ones the threshold nearest to 0.5, then
 * the higher one. Compared by cross-multiplication of whole numbers, so that ties are ties. 0.5
 * without a positive: every cut would have the same F1, 0.
 */
export function bestThreshold(ranking: Ranking): number {
  const support = ranking.positives.length;
  if (support === 0) return DEFAULT_THRESHOLD;
  let best = Number.NaN;
  let bestTruePositives = 0;
  let bestDenominator = 1;
  forEachCut(ranking, (score, below, truePositives, predicted) => {
    const denominator = support + predicted;
    const gain = truePositives * bestDenominator - bestTruePositives * denominator;
    if (gain < 0 || truePositives === 0) return;
    const threshold = thresholdOf(ranking, score, below);
    if (gain === 0 && Math.abs(threshold - 0.5) >= Math.abs(best - 0.5)) return;
    best = threshold;
    bestTruePositives = truePositives;
    bestDenominator = denominator;
  });
  return best;
}

/**
 * The threshold of `ranking`'s cut between `score` and the next lower one, `below` (null: predict
 * all): midway between them, above `below` and at most `score` even where the two are neighbouring
 * floats.
 */
export function thresholdOf(ranking: Ranking, score: number, below: number | null): number {
  const under = below ?? Math.min(0, score);
  const threshold = inPrecisionOf(ranking, under + (score - under) / 2);
  return threshold > under && threshold <= score ? threshold : score;
}

/** For float32 scores a float32, which parts them alike wherever thresholds are compared in it. */
export function inPrecisionOf(ranking: Ranking, threshold: number): number {
  return ranking.positives instanceof Float32Array ? Math.fround(threshold) : threshold;
}
