import { ratio } from './ratio.js';
import { DEFAULT_BINS, reliability } from './reliability.js';
import { type Scores, sampleCount } from './scored.js';

/** How far probabilities are from frequencies. Null without a sample. */
export interface CalibrationError {
  /** Mean of the labels' errors. Labels without a positive count too: theirs should be near 0. */
  macroEce: number | null;
  macroBrier: number | null;
  labels: LabelCalibrationError[];
}

export interface LabelCalibrationError {
  label: number;
  /**
   * Expected calibration error: over the bins of `reliability`, the mean difference between the
   * mean probability and the share of positives, each bin weighted by its samples (Naeini, Cooper
   * and Hauskrecht 2015, https://doi.org/10.1609/aaai.v29i1.9602).
   */
  ece: number | null;
  /** Mean squared difference of probability and target. */
  brier: number | null;
}

/** ECE and Brier score of `probs` against `targets`, both `[N, L]`, label by label and over them. */
export function calibrationError(
  probs: Scores,
  targets: Uint8Array,
  numLabels: number,
  bins: number = DEFAULT_BINS,
): CalibrationError {
  const samples = sampleCount(probs, targets, numLabels);
  let eceSum = 0;
  let brierSum = 0;
  const diagrams = reliability(probs, targets, numLabels, bins);
  const labels = diagrams.map((diagram, label) => {
    let differences = 0;
    for (const { count, meanProb, positiveShare } of diagram) {
      differences += count * Math.abs((meanProb ?? 0) - (positiveShare ?? 0));
    }
    let squares = 0;
    for (let at = label; at < probs.length; at += numLabels) {
      squares += (probs[at]! - (targets[at] === 0 ? 0 : 1)) ** 2;
    }
    eceSum += differences;
    brierSum += squares;
    return { label, ece: ratio(differences, samples), brier: ratio(squares, samples) };
  });
  return {
    macroEce: ratio(eceSum, samples * numLabels),
    macroBrier: ratio(brierSum, samples * numLabels),
    labels,
  };
}
