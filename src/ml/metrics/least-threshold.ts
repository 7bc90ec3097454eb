import { DEFAULT_THRESHOLD, thresholdOf } from './best-threshold.js';
import { forEachCut, type Ranking, rank } from './ranking.js';
import { type Scores, sampleCount } from './scored.js';

/** What every label's cut must reach on the samples that it is fitted on; `least` is above 0 and up to 1. */
export interface Least {
  readonly measure: 'precision' | 'recall';
  readonly least: number;
}

interface Cut {
  readonly threshold: number;
  readonly truePositives: number;
  readonly predicted: number;
}

/**
 * For each label the cut with the highest F1 among those that reach `least`, on `scores` and `targets`, both `[N, L]`. Where none
 * reaches it the one that comes nearest: of the highest measure, and of equal ones the highest F1. Ties as in `bestThreshold`:
 * the threshold nearest to 0.5, then the higher one. The search is exact.
 *
 * @returns thresholds `[L]`, and the labels `missed` where none reaches it; one without a positive is among them, with 0.5
 */
export function fitLeast(
  least: Least,
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
): { thresholds: Float64Array; missed: number[] } {
  sampleCount(scores, targets, numLabels);
  const missed: number[] = [];
  const thresholds = Float64Array.from({ length: numLabels }, (_, label) => {
    const { threshold, reached } = leastThreshold(rank(scores, targets, numLabels, label), least);
    if (!reached) missed.push(label);
    return threshold;
  });
  return { thresholds, missed };
}

function leastThreshold(
  ranking: Ranking,
  { measure, least }: Least,
): { threshold: number; reached: boolean } {
  const support = ranking.positives.length;
  const measured = ({ truePositives, predicted }: Cut) =>
    truePositives / (measure === 'precision' ? predicted : support);
  let best: Cut | null = null;
  const isBetter = (cut: Cut, than: Cut): boolean => {
    const [a, b] = [measured(cut), measured(than)];
    if (a < least || b < least) {
      if (a !== b) return a > b;
    }
    // F1 by cross-multiplication of whole numbers, so that ties are ties.
    const gain =
      cut.truePositives * (support + than.predicted) -
      than.truePositives * (support + cut.predicted);
    if (gain !== 0) return gain > 0;
    return Math.abs(cut.threshold - 0.5) < Math.abs(than.threshold - 0.5);
  };
  forEachCut(ranking, (score, below, truePositives, predicted) => {
    if (truePositives === 0) return;
    const cut = { threshold: thresholdOf(ranking, score, below), truePositives, predicted };
    if (best === null || isBetter(cut, best)) best = cut;
  });
  // A closure assigned it, which the compiler does not see.
  const found = best as Cut | null;
  if (found === null) return { threshold: DEFAULT_THRESHOLD, reached: false };
  return { threshold: found.threshold, reached: measured(found) >= least };
}
