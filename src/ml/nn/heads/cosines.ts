import { add, div, gemm, mul, reduceSum, sqrt } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

/** Added to squared lengths: a zero vector keeps cosine 0 and a gradient of at most 1/√EPSILON. */
const EPSILON = 1e-6;

/** The rows of `x` `[n, D]` at length 1. */
export function unit(x: Node): Node {
  const squares = reduceSum(mul(x, x), [1], true);
  return div(x, sqrt(add(squares, EPSILON)));
}

/** `[n, m]`: the cosine of each row of `x` `[n, D]` with each of `units` `[m, D]`, which have length 1. */
export const cosinesTo = (x: Node, units: Node): Node => gemm(unit(x), units, { transB: true });
