import { UNKNOWN } from '../data/unknown.js';
import { ratio } from './ratio.js';
import { DEFAULT_BINS, reliability } from './reliability.js';
import type { Scores } from './scored.js';

/** How far probabilities are from frequencies. Null without a sample. */
export interface CalibrationError {
  /** Mean over the labels that are known of a sample. Those without a positive count too: theirs should be near 0. */
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
  const diagrams = reliability(probs, targets, numLabels, bins);
  const labels = diagrams.map((diagram, label) => {
    let differences = 0;
    let known = 0;
    for (const { count, meanProb, positiveShare } of diagram) {
      known += count;
      differences += count * Math.abs((meanProb ?? 0) - (positiveShare ?? 0));
    }
    let squares = 0;
    for (let at = label; at < probs.length; at += numLabels) {
      if (targets[at] !== UNKNOWN) squares += (probs[at]! - targets[at]!) ** 2;
    }
    return { label, ece: ratio(differences, known), brier: ratio(squares, known) };
  });
  return {
    macroEce: meanOf(labels.map(({ ece }) => ece)),
    macroBrier: meanOf(labels.map(({ brier }) => brier)),
    labels,
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return ratio(
    defined.reduce((sum, value) => sum + value, 0),
    defined.length,
  );
}
