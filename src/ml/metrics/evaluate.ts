import { averagePrecision } from './average-precision.js';
import { type Counts, countPredictions } from './counts.js';
import { f1Score } from './f1.js';
import { rank } from './ranking.js';
import { ratio } from './ratio.js';
import type { Scores } from './scored.js';

/** Metrics of one split. Each is null where it has nothing to count: no sample, or 0 / 0. */
export interface EvalMetrics {
  microF1: number | null;
  macroF1: number | null;
  samplesF1: number | null;
  weightedF1: number | null;
  meanAveragePrecision: number | null;
  hammingLoss: number | null;
  subsetAccuracy: number | null;
  /** Labels without a positive: left out of macro-F1, weighted F1 and mAP. */
  undefinedLabels: number[];
}

/**
 * Metrics of `scores` against `targets`, both `[N, L]`, unknown ones left out; a label is predicted where its score is at
 * or above its threshold (`[L]`, or one for all).
 *
 * Macro-F1, weighted F1 and mAP leave out labels without a positive; micro-F1, samples-F1, Hamming
 * loss and subset accuracy count every label. A label that is never predicted has F1 0; a sample
 * with neither labels nor predictions counts 1 in samples-F1; micro-F1 is null where the whole
 * split has neither.
 */
export function evaluate(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array | number,
): EvalMetrics {
  return summarize(countPredictions(scores, targets, numLabels, thresholds), (label) =>
    averagePrecision(rank(scores, targets, numLabels, label)),
  );
}

/** `evaluate` of what has been counted and, label by label, ranked. */
export function summarize(
  counts: Counts,
  averagePrecisionOf: (label: number) => number | null,
): EvalMetrics {
  const numLabels = counts.positives.length;
  const undefinedLabels: number[] = [];
  let positives = 0;
  let predicted = 0;
  let truePositives = 0;
  let f1Sum = 0;
  let weightedF1Sum = 0;
  let precisionSum = 0;
  for (let label = 0; label < numLabels; label++) {
    const support = counts.positives[label]!;
    positives += support;
    predicted += counts.predicted[label]!;
    truePositives += counts.truePositives[label]!;
    const ap = averagePrecisionOf(label);
    const f1 = f1Score(counts.truePositives[label]!, support, counts.predicted[label]!);
    if (ap === null || f1 === null) {
      undefinedLabels.push(label);
      continue;
    }
    f1Sum += f1;
    weightedF1Sum += f1 * support;
    precisionSum += ap;
  }
  const defined = numLabels - undefinedLabels.length;
  const { samples } = counts;
  const mistakes = positives + predicted - 2 * truePositives;
  return {
    microF1: f1Score(truePositives, positives, predicted),
    macroF1: ratio(f1Sum, defined),
    samplesF1: ratio(counts.sampleF1Sum, samples),
    weightedF1: ratio(weightedF1Sum, positives),
    meanAveragePrecision: ratio(precisionSum, defined),
    hammingLoss: ratio(mistakes, counts.cells),
    subsetAccuracy: ratio(counts.exactMatches, samples),
    undefinedLabels,
  };
}
