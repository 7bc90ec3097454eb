import { add, div, minimum, mul, reduceSum, sqrt } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

/** Keeps the factor finite where every gradient is 0. */
const EPSILON = 1e-6;

/**
 * The gradients, all multiplied by one factor so that the norm of them taken together is at most `maxNorm` (Pascanu et al.
 * 2013, 1211.5063, algorithm 1; numbers as PyTorch's `clip_grad_norm_`). 0 leaves them as they are.
 */
export function clipNorm(gradients: readonly Node[], maxNorm: number): readonly Node[] {
  if (maxNorm === 0) return gradients;
  const squares = gradients.map((x) => {
    const axes = x.shape.map((_, axis) => axis);
    return reduceSum(mul(x, x), axes);
  });
  const norm = sqrt(squares.reduce((a, b) => add(a, b)));
  const factor = minimum(div(maxNorm, add(norm, EPSILON)), 1);
  return gradients.map((x) => mul(x, factor));
}
