import { add, log, minimum, mul, neg, relu, sigmoid, sub } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { boolean, number } from '../options.js';
import { focalTerm } from './focal-term.js';
import { defineLoss } from './loss.js';
import { positiveWeights } from './positive-weights.js';
import { power } from './power.js';

/**
 * ASL (Ridnik et al. 2021, 2009.14119, equations 4 to 7): −[y·(1 − p)^γ₊·log p + (1 − y)·p_m^γ₋·log(1 − p_m)] with
 * p = σ(s) and p_m = max(p − m, 0). The derivative flows through the focusing factors too.
 */
export const asymmetric = defineLoss({
  options: {
    positiveWeights: boolean(false),
    gammaPositive: number({ min: 0, max: 10 }, 0),
    gammaNegative: number({ min: 0, max: 10 }, 4),
    margin: number({ min: 0, max: 1, belowMax: true }, 0.05),
  },
  build: ({ logits, targets, negatives, statistics }, options) => {
    const { gammaPositive, gammaNegative, margin } = options;
    const weight = options.positiveWeights ? mul(targets, positiveWeights(statistics)) : targets;
    const positive = focalTerm(neg(logits), gammaPositive);
    const negative =
      margin === 0 ? focalTerm(logits, gammaNegative) : shiftedTerm(logits, gammaNegative, margin);
    return add(mul(weight, positive), mul(negatives, negative));
  },
});

/** −p_m^gamma·log(1 − p_m): 1 − p_m is min(σ(−s) + margin, 1), which is never below the margin. */
function shiftedTerm(logits: Node, gamma: number, margin: number): Node {
  const shifted = relu(sub(sigmoid(logits), margin));
  const notShifted = minimum(add(sigmoid(neg(logits)), margin), 1);
  return mul(neg(log(notShifted)), power(shifted, gamma));
}
