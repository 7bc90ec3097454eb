import { add, mul } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { number } from '../options.js';

export const labelSmoothing = number({ min: 0, max: 1, belowMax: true }, 0);

/** y·(1 − ε) + ε/2: the targets mixed with a coin's toss (Szegedy et al. 2016, 1512.00567, section 7, for two classes). */
export function smoothTargets(targets: Node, smoothing: number): Node {
  return add(mul(targets, 1 - smoothing), smoothing / 2);
}
