import { f1Score } from './f1.js';
import { perLabelThresholds, type Scores, sampleCount } from './scored.js';

/** What one pass over the predictions counts. A label is predicted where score ≥ threshold. */
export interface Counts {
  readonly samples: number;
  /** `[L]`: positives of each label, its support. */
  readonly positives: Float64Array;
  /** `[L]`: samples for which each label is predicted. */
  readonly predicted: Float64Array;
  /** `[L]`: those of them that carry it. */
  readonly truePositives: Float64Array;
  /** Samples whose predicted labels are exactly their labels. */
  readonly exactMatches: number;
  /** Sum over samples of F1; a sample with neither a label nor a prediction counts 1. */
  readonly sampleF1Sum: number;
}

/** Counts over `scores` and `targets`, both `[N, L]`. */
export function countPredictions(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array | number,
): Counts {
  const samples = sampleCount(scores, targets, numLabels);
  const cuts = perLabelThresholds(thresholds, numLabels);
  const positives = new Float64Array(numLabels);
  const predicted = new Float64Array(numLabels);
  const truePositives = new Float64Array(numLabels);
  let exactMatches = 0;
  let sampleF1Sum = 0;

  for (let sample = 0, at = 0; sample < samples; sample++) {
    let rowPositives = 0;
    let rowPredicted = 0;
    let rowTruePositives = 0;
    for (let label = 0; label < numLabels; label++, at++) {
      const isPositive = targets[at] === 0 ? 0 : 1;
      const isPredicted = scores[at]! >= cuts[label]! ? 1 : 0;
      const isBoth = isPositive & isPredicted;
      positives[label]! += isPositive;
      predicted[label]! += isPredicted;
      truePositives[label]! += isBoth;
      rowPositives += isPositive;
      rowPredicted += isPredicted;
      rowTruePositives += isBoth;
    }
    if (rowTruePositives === rowPositives && rowTruePositives === rowPredicted) exactMatches++;
    sampleF1Sum += f1Score(rowTruePositives, rowPositives, rowPredicted) ?? 1;
  }
  return { samples, positives, predicted, truePositives, exactMatches, sampleF1Sum };
}
