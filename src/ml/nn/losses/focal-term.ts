import { mul, sigmoid, softplus } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { power } from './power.js';

/**
 * −(1 − p)^gamma·log p, where p is the probability of what is true and `wrong` the logit of the opposite: −s for a label
 * that is there, s for one that is not.
 */
export function focalTerm(wrong: Node, gamma: number): Node {
  return mul(softplus(wrong), power(sigmoid(wrong), gamma));
}
