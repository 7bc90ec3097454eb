import { sigmoid, softplus } from './sigmoid.js';

/** p = σ(slope · logit + intercept). */
export interface PlattFit {
  readonly slope: number;
  readonly intercept: number;
}

const STEPS = 100;
/** Added to the Hessian's diagonal, which is singular where all logits are the same. */
const RIDGE = 1e-12;

/**
 * One label's `PlattFit` of lowest cross-entropy on its `logits` and `targets`, `[N]` both (Platt
 * 1999). Targets are smoothed as there: (N₊ + 1) / (N₊ + 2) for a positive and 1 / (N₋ + 2) for a
 * negative, so that the fit is finite even where a cut separates them. Newton's method with
 * backtracking, after Lin, Lin and Weng 2007 (https://doi.org/10.1007/s10994-007-5018-6). Where
 * positives score lower than negatives, the slope is negative.
 *
 * Null without a positive or without a negative: the best fit would be a constant, which says
 * nothing about the label and forgets its ranking.
 */
export function fitPlatt(logits: Float64Array, targets: Uint8Array): PlattFit | null {
  const positives = targets.reduce((count, target) => count + target, 0);
  const negatives = targets.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const smoothed = Float64Array.from(targets, (target) => (target === 0 ? low : high));

  const loss = (slope: number, intercept: number) => {
    let sum = 0;
    logits.forEach((logit, n) => {
      const z = slope * logit + intercept;
      sum += softplus(z) - smoothed[n]! * z;
    });
    return sum;
  };

  let slope = 0;
  let intercept = Math.log((positives + 1) / (negatives + 1));
  let lowest = loss(slope, intercept);
  for (let step = 0; step < STEPS; step++) {
    let gradSlope = 0;
    let gradIntercept = 0;
    let slopeSlope = RIDGE;
    let slopeIntercept = 0;
    let interceptIntercept = RIDGE;
    logits.forEach((logit, n) => {
      const prob = sigmoid(slope * logit + intercept);
      const residual = prob - smoothed[n]!;
      const weight = prob * (1 - prob);
      gradSlope += residual * logit;
      gradIntercept += residual;
      slopeSlope += weight * logit * logit;
      slopeIntercept += weight * logit;
      interceptIntercept += weight;
    });
    const determinant = slopeSlope * interceptIntercept - slopeIntercept * slopeIntercept;
    const stepSlope =
      -(interceptIntercept * gradSlope - slopeIntercept * gradIntercept) / determinant;
    const stepIntercept = -(slopeSlope * gradIntercept - slopeIntercept * gradSlope) / determinant;
    const descent = gradSlope * stepSlope + gradIntercept * stepIntercept;

    let scale = 1;
    let reached = loss(slope + stepSlope, intercept + stepIntercept);
    while (reached > lowest + 1e-4 * scale * descent && scale > 1e-10) {
      scale /= 2;
      reached = loss(slope + scale * stepSlope, intercept + scale * stepIntercept);
    }
    // No step lowers the loss by more than rounding does.
    if (!(reached < lowest)) break;
    slope += scale * stepSlope;
    intercept += scale * stepIntercept;
    lowest = reached;
  }
  return { slope, intercept };
}
