import { type AtK, atRanks } from './at-k.js';
import { countPredictions } from './counts.js';
import { type CurveAreas, curveAreas } from './curve-areas.js';
import { type EvalMetrics, evaluate } from './evaluate.js';
import { type LabelRanking, labelRanking } from './label-ranking.js';
import { type PrecisionRecall, precisionRecall } from './precision-recall.js';
import type { Scores } from './scored.js';

/** The k that figures are given at, as far as there are labels. */
const RANKS = [1, 3, 5] as const;

export interface FullMetrics extends EvalMetrics, PrecisionRecall, CurveAreas, LabelRanking {
  /** Share of the samples with a label whose highest-scored label they do not carry. */
  oneError: number | null;
  atK: AtK[];
}

/**
 * Every metric of `scores` against `targets`, both `[N, L]`; a label is predicted where its score
 * is at or above its threshold (`[L]`, or one for all). `evaluate` has those that an epoch needs;
 * this one also sorts each sample's labels and all scores at once. What is undefined is null; the
 * labels left out of a mean are in `undefinedLabels` and `undefinedRocAucLabels`.
 */
export function evaluateFully(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array | number,
): FullMetrics {
  const atK = atRanks(
    scores,
    targets,
    numLabels,
    RANKS.filter((k) => k <= numLabels),
  );
  const first = atK[0]!.precision;
  return {
    ...evaluate(scores, targets, numLabels, thresholds),
    ...precisionRecall(countPredictions(scores, targets, numLabels, thresholds)),
    ...curveAreas(scores, targets, numLabels),
    ...labelRanking(scores, targets, numLabels),
    oneError: first === null ? null : 1 - first,
    atK,
  };
}
