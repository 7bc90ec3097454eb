import { ClipwrightError } from '../../errors/clipwright-error.js';

/** Probabilities, row by row: `[N, L]`. */
export type Scores = Float32Array | Float64Array;

/**
 * The number of samples N of `scores` and `targets`, both `[N, L]`. Targets are 0, 1, or `UNKNOWN`:
 * such a cell is left out of every figure, as if nobody had scored it. Throws where the two differ in
 * shape or a score is NaN: it would be no prediction to one metric and the highest rank to another.
 */
export function sampleCount(scores: Scores, targets: Uint8Array, numLabels: number): number {
  if (!Number.isInteger(numLabels) || numLabels < 1) {
    throw new ClipwrightError(
      'INTERNAL',
      `expected a positive integer for \`numLabels\` but received ${numLabels}`,
    );
  }
  if (scores.length % numLabels !== 0) {
    throw new ClipwrightError(
      'INTERNAL',
      `expected a multiple of ${numLabels} for \`scores.length\` but received ${scores.length}`,
    );
  }
  if (targets.length !== scores.length) {
    throw new ClipwrightError(
      'INTERNAL',
      `expected ${scores.length} for \`targets.length\` but received ${targets.length}`,
    );
  }
  const nan = scores.findIndex(Number.isNaN);
  if (nan !== -1) {
    const at = `${Math.floor(nan / numLabels)}, ${nan % numLabels}`;
    throw new ClipwrightError(
      'INTERNAL',
      `expected a number for \`scores[${at}]\` but received NaN`,
    );
  }
  return scores.length / numLabels;
}

/** One threshold per label, `[L]`, from one number for all of them or from one for each. */
export function perLabelThresholds(
  thresholds: Float64Array | number,
  numLabels: number,
): Float64Array {
  if (typeof thresholds === 'number') return new Float64Array(numLabels).fill(thresholds);
  if (thresholds.length !== numLabels) {
    throw new ClipwrightError(
      'INTERNAL',
      `expected ${numLabels} values for \`thresholds\` but received ${thresholds.length}`,
    );
  }
  return thresholds;
}
