import {
  add,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  softplus,
  sub,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { boolean, number } from '../options.js';
import { defineLoss } from './loss.js';
import { positiveWeights } from './positive-weights.js';

/**
 * ASL (Ridnik et al. 2021, 2009.14119, equations 4 to 7): −[y·(1 − p)^γ₊·log p + (1 − y)·p_m^γ₋·log(1 − p_m)] with
 * p = σ(s) and p_m = max(p − m, 0). The derivative flows through the focusing factors too. log p and, with m = 0,
 * log(1 − p) are softplus of the logit; with m > 0, 1 − p_m is min(σ(−s) + m, 1), which is never below m.
 */
export const asymmetric = defineLoss({
  options: {
    positiveWeights: boolean(false),
    gammaPositive: number({ min: 0, max: 10 }, 0),
    gammaNegative: number({ min: 0, max: 10 }, 4),
    margin: number({ min: 0, max: 1, belowMax: true }, 0.05),
  },
  build: ({ logits, targets, statistics }, options) => {
    const { gammaPositive, gammaNegative, margin } = options;
    const missed = sigmoid(neg(logits));
    const weight = options.positiveWeights ? mul(targets, positiveWeights(statistics)) : targets;
    const positive = mul(softplus(neg(logits)), power(missed, gammaPositive));
    const shifted = margin === 0 ? sigmoid(logits) : relu(sub(sigmoid(logits), margin));
    const notShifted = margin === 0 ? softplus(logits) : neg(log(minimum(add(missed, margin), 1)));
    const negative = mul(notShifted, power(shifted, gammaNegative));
    return add(mul(weight, positive), mul(sub(1, targets), negative));
  },
});

/** Below this, a power less than 1 has a derivative too steep for float32. */
const FLOOR = 1e-8;

/** x^gamma for `x` in [0, 1]. Whole exponents are multiplied out: that is fast, and has a finite derivative at 0. */
function power(x: Node, gamma: number): Node | number {
  if (gamma === 0) return 1;
  if (!Number.isInteger(gamma)) return pow(maximum(x, FLOOR), gamma);
  let result: Node | undefined;
  let square = x;
  for (let rest = gamma; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result ? mul(result, square) : square;
    if (rest > 1) square = mul(square, square);
  }
  return result as Node;
}
