import type { Counts } from './counts.js';
import { ratio } from './ratio.js';

/**
 * Precision and recall by each way of averaging. Papers on COCO and NUS-WIDE call the macro ones CP
 * and CR and the micro ones OP and OR; their OF1 is micro-F1, their CF1 stands here.
 */
export interface PrecisionRecall {
  /** Null where nothing is predicted. */
  microPrecision: number | null;
  /** Null where no sample carries a label. */
  microRecall: number | null;
  /** Macro and weighted: over labels with a positive; one that is never predicted has precision 0. */
  macroPrecision: number | null;
  macroRecall: number | null;
  weightedPrecision: number | null;
  weightedRecall: number | null;
  /** Harmonic mean of macro precision and macro recall (CF1), which is not macro-F1. */
  harmonicMacroF1: number | null;
  /**
   * Samples: a sample with neither a label nor a prediction counts 1; one with either alone
   * counts 0, also where that would be 0 / 0.
   */
  samplesPrecision: number | null;
  samplesRecall: number | null;
  samplesJaccard: number | null;
  /** Labels per sample, carried and predicted. */
  trueCardinality: number | null;
  predictedCardinality: number | null;
}

export function precisionRecall(counts: Counts): PrecisionRecall {
  const { samples } = counts;
  let positives = 0;
  let predicted = 0;
  let truePositives = 0;
  let defined = 0;
  let precisionSum = 0;
  let recallSum = 0;
  let weightedPrecisionSum = 0;
  counts.positives.forEach((support, label) => {
    const predictedHere = counts.predicted[label]!;
    const truePositivesHere = counts.truePositives[label]!;
    positives += support;
    predicted += predictedHere;
    truePositives += truePositivesHere;
    if (support === 0) return;
    const precision = ratio(truePositivesHere, predictedHere) ?? 0;
    defined++;
    precisionSum += precision;
    recallSum += truePositivesHere / support;
    weightedPrecisionSum += precision * support;
  });
  const macroPrecision = ratio(precisionSum, defined);
  const macroRecall = ratio(recallSum, defined);
  const microRecall = ratio(truePositives, positives);
  return {
    microPrecision: ratio(truePositives, predicted),
    microRecall,
    macroPrecision,
    macroRecall,
    weightedPrecision: ratio(weightedPrecisionSum, positives),
    // Each label's recall as often as it has positives: the same as over all positives at once.
    weightedRecall: microRecall,
    harmonicMacroF1: harmonicMean(macroPrecision, macroRecall),
    samplesPrecision: ratio(counts.samplePrecisionSum, samples),
    samplesRecall: ratio(counts.sampleRecallSum, samples),
    samplesJaccard: ratio(counts.sampleJaccardSum, samples),
    trueCardinality: ratio(positives, samples),
    predictedCardinality: ratio(predicted, samples),
  };
}

function harmonicMean(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  return ratio(2 * a * b, a + b) ?? 0;
}
