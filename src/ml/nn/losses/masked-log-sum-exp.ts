import { add, logSumExp, mul, sub } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

/** So far below every logit that e to it is 0. */
const OUT = 1e6;

/**
 * log Σ eˣ over those elements along `axes` where `mask` is 1, not 0. Where there are none it is about −10⁶, not −∞, so
 * that softplus of it and the gradient are 0.
 */
export function maskedLogSumExp(x: Node, mask: Node, axes: readonly number[]): Node {
  return logSumExp(add(x, mul(sub(mask, 1), OUT)), axes);
}
