import { averagePrecision } from './average-precision.js';
import { forEachCut, type Ranking, rank } from './ranking.js';
import { ratio } from './ratio.js';
import { type Scores, sampleCount } from './scored.js';

/**
 * How well each sample's own labels are ranked before the others (Tsoumakas, Katakis and Vlahavas
 * 2010, https://doi.org/10.1007/978-0-387-09823-4_34, section 7.2); ties as scikit-learn has them.
 * Means over samples of which a label is known, null without one.
 */
export interface LabelRanking {
  /**
   * Share of pairs of a carried and another label that stand the wrong way round or are tied. A
   * sample with no label or with all of them counts 0.
   */
  rankingLoss: number | null;
  /** How far down the ranking one goes for all labels of a sample; 0 for a sample without one. */
  coverageError: number | null;
  /** LRAP: average precision of each sample's ranking. A sample without a label counts 1. */
  labelRankingAveragePrecision: number | null;
}

/** Ranks the labels of every sample of `scores` and `targets`, both `[N, L]`. */
export function labelRanking(scores: Scores, targets: Uint8Array, numLabels: number): LabelRanking {
  sampleCount(scores, targets, numLabels);
  let samples = 0;
  let lossSum = 0;
  let coverageSum = 0;
  let precisionSum = 0;
  forEachSample(scores, targets, numLabels, (ranking) => {
    if (ranking.positives.length + ranking.negatives.length === 0) return;
    samples++;
    const { loss, coverage } = lossAndCoverage(ranking);
    lossSum += loss;
    coverageSum += coverage;
    precisionSum += averagePrecision(ranking) ?? 1;
  });
  return {
    rankingLoss: ratio(lossSum, samples),
    coverageError: ratio(coverageSum, samples),
    labelRankingAveragePrecision: ratio(precisionSum, samples),
  };
}

/** Visits the ranking of each sample's labels: a row is to its sample what a column is to its label. */
export function forEachSample(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  visit: (ranking: Ranking) => void,
): void {
  for (let at = 0; at < scores.length; at += numLabels) {
    const end = at + numLabels;
    visit(rank(scores.subarray(at, end), targets.subarray(at, end), 1, 0));
  }
}

function lossAndCoverage(ranking: Ranking): { loss: number; coverage: number } {
  const support = ranking.positives.length;
  let wrong = 0;
  let coverage = 0;
  let before = 0;
  forEachCut(ranking, (_score, _below, truePositives, predicted) => {
    if (truePositives === before) return;
    wrong += (truePositives - before) * (predicted - truePositives);
    coverage = predicted;
    before = truePositives;
  });
  return { loss: ratio(wrong, support * ranking.negatives.length) ?? 0, coverage };
}
