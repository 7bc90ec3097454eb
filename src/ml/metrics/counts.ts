import { UNKNOWN } from '../data/unknown.js';
import { f1Score } from './f1.js';
import { ratio } from './ratio.js';
import { perLabelThresholds, type Scores, sampleCount } from './scored.js';

/** What one pass over the predictions counts. A label is predicted where score ≥ threshold. */
export interface Counts {
  /** Those of which a label is known: all, as a rule. */
  readonly samples: number;
  /** Pairs of a sample and a label that is known of it: N × L, as a rule. */
  readonly cells: number;
  /** `[L]`: positives of each label, its support. */
  readonly positives: Float64Array;
  /** `[L]`: samples for which each label is predicted. */
  readonly predicted: Float64Array;
  /** `[L]`: those of them that carry it. */
  readonly truePositives: Float64Array;
  /** Samples whose predicted labels are exactly their labels. */
  readonly exactMatches: number;
  /**
   * Sums over samples of F1, Jaccard index (intersection over union), precision and recall. In each
   * a sample with neither a label nor a prediction counts 1, and one with either alone 0.
   */
  readonly sampleF1Sum: number;
  readonly sampleJaccardSum: number;
  readonly samplePrecisionSum: number;
  readonly sampleRecallSum: number;
}

/** Counts over `scores` and `targets`, both `[N, L]`. */
export function countPredictions(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array | number,
): Counts {
  const rows = sampleCount(scores, targets, numLabels);
  const cuts = perLabelThresholds(thresholds, numLabels);
  const positives = new Float64Array(numLabels);
  const predicted = new Float64Array(numLabels);
  const truePositives = new Float64Array(numLabels);
  let samples = 0;
  let cells = 0;
  let exactMatches = 0;
  let sampleF1Sum = 0;
  let sampleJaccardSum = 0;
  let samplePrecisionSum = 0;
  let sampleRecallSum = 0;

  for (let sample = 0, at = 0; sample < rows; sample++) {
    let rowCells = 0;
    let rowPositives = 0;
    let rowPredicted = 0;
    let rowTruePositives = 0;
    for (let label = 0; label < numLabels; label++, at++) {
      const target = targets[at]!;
      if (target === UNKNOWN) continue;
      const isPredicted = scores[at]! >= cuts[label]! ? 1 : 0;
      const isBoth = target & isPredicted;
      positives[label]! += target;
      predicted[label]! += isPredicted;
      truePositives[label]! += isBoth;
      rowCells++;
      rowPositives += target;
      rowPredicted += isPredicted;
      rowTruePositives += isBoth;
    }
    if (rowCells === 0) continue;
    samples++;
    cells += rowCells;
    if (rowTruePositives === rowPositives && rowTruePositives === rowPredicted) exactMatches++;
    sampleF1Sum += f1Score(rowTruePositives, rowPositives, rowPredicted) ?? 1;
    const union = rowPositives + rowPredicted - rowTruePositives;
    sampleJaccardSum += ratio(rowTruePositives, union) ?? 1;
    samplePrecisionSum += ratio(rowTruePositives, rowPredicted) ?? (union === 0 ? 1 : 0);
    sampleRecallSum += ratio(rowTruePositives, rowPositives) ?? (union === 0 ? 1 : 0);
  }
  return {
    samples,
    cells,
    positives,
    predicted,
    truePositives,
    exactMatches,
    sampleF1Sum,
    sampleJaccardSum,
    samplePrecisionSum,
    sampleRecallSum,
  };
}

/** Counts over the samples of both. */
export function sumCounts(a: Counts, b: Counts): Counts {
  const sum = (x: Float64Array, y: Float64Array) => x.map((value, label) => value + y[label]!);
  return {
    samples: a.samples + b.samples,
    cells: a.cells + b.cells,
    positives: sum(a.positives, b.positives),
    predicted: sum(a.predicted, b.predicted),
    truePositives: sum(a.truePositives, b.truePositives),
    exactMatches: a.exactMatches + b.exactMatches,
    sampleF1Sum: a.sampleF1Sum + b.sampleF1Sum,
    sampleJaccardSum: a.sampleJaccardSum + b.sampleJaccardSum,
    samplePrecisionSum: a.samplePrecisionSum + b.samplePrecisionSum,
    sampleRecallSum: a.sampleRecallSum + b.sampleRecallSum,
  };
}
