import { UNKNOWN } from '../data/unknown.js';
import type { Scores } from './scored.js';
import { sigmoid } from './sigmoid.js';

/** 1 / T stays between these: a fit that runs off to either end has told nothing apart. */
const LEAST_SLOPE = 1e-2;
const GREATEST_SLOPE = 1e2;

const STEPS = 100;

/**
 * The slope a = 1 / T for which σ(a · logit) has the lowest BCE over all N × L `logits`, T being the
 * temperature (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4.2); from 0.01 to 100.
 * Unknown targets are left out. It changes no ranking. 1 where no logit tells anything.
 *
 * BCE is convex in a, so its derivative Σ s (σ(a s) − y) rises: Newton's method on it, with
 * bisection wherever a step would leave the interval that holds the root.
 */
export function fitInverseTemperature(logits: Scores, targets: Uint8Array): number {
  if (logits.every((logit, at) => logit === 0 || targets[at] === UNKNOWN)) return 1;
  const at = (slope: number) => {
    let first = 0;
    let second = 0;
    logits.forEach((logit, index) => {
      const target = targets[index]!;
      if (target === UNKNOWN) return;
      const prob = sigmoid(slope * logit);
      first += logit * (prob - target);
      second += logit * logit * prob * (1 - prob);
    });
    return { first, second };
  };
  let low = LEAST_SLOPE;
  let high = GREATEST_SLOPE;
  if (at(low).first >= 0) return low;
  if (at(high).first <= 0) return high;
  let slope = 1;
  for (let step = 0; step < STEPS; step++) {
    const { first, second } = at(slope);
    if (first === 0) return slope;
    if (first < 0) low = slope;
    else high = slope;
    const newton = slope - first / second;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - slope) <= 1e-12 * slope) return next;
    slope = next;
  }
  return slope;
}
