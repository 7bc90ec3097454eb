import { type EvalMetrics, evaluate } from './evaluate.js';
import {
  type CalibrationKind,
  calibratedProbs,
  fitCalibration,
  logitsOf,
} from './fit-calibration.js';
import { fitThresholds, type ThresholdKind } from './fit-thresholds.js';
import { fitLeast, type Least } from './least-threshold.js';
import type { Scores } from './scored.js';
import { type ThresholdWarning, thresholdWarnings } from './threshold-warnings.js';

/** How scores become predictions: calibrated, and cut by label or by rank. JSON-safe. */
export interface OperatingPoint {
  /** [L]; without effect where `topK` is not null */
  thresholds: number[];
  /** p = σ(slope · logit + intercept), each [L]; null: scores as they are */
  calibration: { slopes: number[]; intercepts: number[] } | null;
  /** The k labels with the highest scores of each sample; null: those at or above their threshold. */
  topK: number | null;
}

export interface OperatingPointSettings {
  kind: ThresholdKind | 'TOP_K';
  /** of FIXED */
  value: number | null;
  /** of TOP_K */
  k: number | null;
  calibration: CalibrationKind | 'NONE';
  /** of PER_LABEL: what each label's cut must reach, one of the two at most */
  minPrecision: number | null;
  minRecall: number | null;
}

/** Fitted on validation's probabilities `scores` and `targets`, both `[N, L]`: first the calibration, then the thresholds. */
export function fitOperatingPoint(
  settings: OperatingPointSettings,
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
): { point: OperatingPoint; warnings: ThresholdWarning[] } {
  const { kind, value, k, calibration } = settings;
  const fitted =
    calibration === 'NONE'
      ? null
      : fitCalibration(calibration, logitsOf(scores), targets, numLabels);
  const point: OperatingPoint = {
    thresholds: Array<number>(numLabels).fill(0),
    calibration: fitted && {
      slopes: [...fitted.slopes],
      intercepts: [...fitted.intercepts],
    },
    topK: kind === 'TOP_K' ? k : null,
  };
  if (kind === 'TOP_K') return { point, warnings: [] };
  const calibrated = scoresAt(point, scores);
  const least = leastOf(settings);
  const { thresholds, missed } = least
    ? fitLeast(least, calibrated, targets, numLabels)
    : { thresholds: fitThresholds(kind, value, calibrated, targets, numLabels), missed: [] };
  return {
    point: { ...point, thresholds: [...thresholds] },
    warnings: thresholdWarnings(kind, [...thresholds], supportOf(targets, numLabels), missed),
  };
}

function leastOf({ minPrecision, minRecall }: OperatingPointSettings): Least | null {
  if (minPrecision !== null) return { measure: 'precision', least: minPrecision };
  return minRecall === null ? null : { measure: 'recall', least: minRecall };
}

/** `[L]`: positives of each label among `targets`, `[N, L]`. */
function supportOf(targets: Uint8Array, numLabels: number): Float64Array {
  const support = new Float64Array(numLabels);
  for (let at = 0; at < targets.length; at++) {
    if (targets[at] === 1) support[at % numLabels]!++;
  }
  return support;
}

/** The scores `[N, L]` that a point gives out for the probabilities `scores`, rounded as those are. */
export function scoresAt({ calibration }: OperatingPoint, scores: Scores): Float32Array {
  if (!calibration) return Float32Array.from(scores);
  const slopes = Float64Array.from(calibration.slopes);
  const intercepts = Float64Array.from(calibration.intercepts);
  const known = { slopes, intercepts, undefinedLabels: [] };
  return Float32Array.from(calibratedProbs(known, logitsOf(scores)));
}

/** The labels of one sample that a point predicts of the scores that it gives out, `[L]`: best first, then in label order. */
export function predictedAt({ thresholds, topK }: OperatingPoint, scores: Float32Array): number[] {
  const order = Array.from(scores, (_, label) => label).sort(
    (a, b) => scores[b]! - scores[a]! || a - b,
  );
  if (topK !== null) return order.slice(0, topK);
  return order.filter((label) => scores[label]! >= thresholds[label]!);
}

/** `scores`: probabilities `[N, L]`. */
export function evaluateAt(
  point: OperatingPoint,
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
): EvalMetrics {
  const given = scoresAt(point, scores);
  const metrics = evaluate(given, targets, numLabels, Float64Array.from(point.thresholds));
  if (point.topK === null) return metrics;
  const predicted = new Float32Array(given.length);
  for (let from = 0; from < given.length; from += numLabels) {
    const row = given.subarray(from, from + numLabels);
    for (const label of predictedAt(point, row)) predicted[from + label] = 1;
  }
  const { meanAveragePrecision } = metrics;
  return { ...evaluate(predicted, targets, numLabels, 0.5), meanAveragePrecision };
}
