import { UNKNOWN } from '../data/unknown.js';
import { fitPlatt } from './fit-platt.js';
import { fitInverseTemperature } from './fit-temperature.js';
import { type Scores, sampleCount } from './scored.js';
import { logit, sigmoid } from './sigmoid.js';

/** TEMPERATURE: one slope for all labels. PLATT: a slope and an intercept for each. */
export type CalibrationKind = 'TEMPERATURE' | 'PLATT';

/** p = σ(slope · logit + intercept), label by label; either kind is this. */
export interface Calibration {
  /** `[L]` */
  readonly slopes: Float64Array;
  /** `[L]`: 0 throughout for TEMPERATURE, whose temperature is 1 ÷ slope. */
  readonly intercepts: Float64Array;
  /** Labels that PLATT leaves as they are, having no positive or no negative to fit them on. */
  readonly undefinedLabels: number[];
}

/**
 * A calibration fitted on validation's `logits` and `targets`, both `[N, L]`. Fit it before the
 * thresholds: they cut calibrated probabilities.
 */
export function fitCalibration(
  kind: CalibrationKind,
  logits: Scores,
  targets: Uint8Array,
  numLabels: number,
): Calibration {
  const samples = sampleCount(logits, targets, numLabels);
  const slopes = new Float64Array(numLabels).fill(1);
  const intercepts = new Float64Array(numLabels);
  const undefinedLabels: number[] = [];
  if (kind === 'TEMPERATURE') {
    slopes.fill(fitInverseTemperature(logits, targets));
    return { slopes, intercepts, undefinedLabels };
  }
  for (let label = 0; label < numLabels; label++) {
    const at = (_: unknown, sample: number) => sample * numLabels + label;
    const all = Uint32Array.from({ length: samples }, at);
    const cells = all.filter((cell) => targets[cell] !== UNKNOWN);
    const fit = fitPlatt(
      Float64Array.from(cells, (cell) => logits[cell]!),
      Uint8Array.from(cells, (cell) => targets[cell]!),
    );
    if (fit === null) undefinedLabels.push(label);
    slopes[label] = fit?.slope ?? 1;
    intercepts[label] = fit?.intercept ?? 0;
  }
  return { slopes, intercepts, undefinedLabels };
}

/** Calibrated probabilities `[N, L]` of `logits` `[N, L]`. */
export function calibratedProbs({ slopes, intercepts }: Calibration, logits: Scores): Float64Array {
  const numLabels = slopes.length;
  return Float64Array.from(logits, (value, at) =>
    sigmoid(slopes[at % numLabels]! * value + intercepts[at % numLabels]!),
  );
}

/**
 * Logits of `probs`, of the same shape, where only probabilities are kept. Those within 2⁻²⁵ of 0
 * or 1 become the same finite logit.
 */
export function logitsOf(probs: Scores): Float64Array {
  return Float64Array.from(probs, logit);
}
