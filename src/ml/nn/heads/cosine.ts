import { add, div, exp, gemm, mul, reduceSum, sqrt } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { number } from '../options.js';
import { defineHead } from './head.js';

/** Added to squared lengths: a zero vector keeps cosine 0 and a gradient of at most 1/√EPSILON. */
const EPSILON = 1e-6;

/**
 * s_l = τ·cos(z, w_l) + b_l: a prototype w_l for each label. τ starts at `scale` and is learned through its logarithm, as
 * CLIP's is (Radford et al. 2021, 2103.00020, section 2.3). The length of a prototype changes no logit, but every step makes
 * it longer and so the next one turn it less; weight decay holds against that (van Laarhoven 2017, 1706.05350).
 */
export const cosine = defineHead({
  options: { scale: number({ min: 0, max: 1000, aboveMin: true }, 10) },
  build: (scope, features, numLabels, { scale }) => {
    const dimension = features.shape[1] as number;
    const initializer = { kind: 'uniformFanIn', fanIn: dimension } as const;
    const shape = [numLabels, dimension];
    const prototypes = scope.parameter('head.prototypes', shape, initializer, { decay: true });
    const growth = scope.parameter('head.scale', [], { kind: 'zeros' }, { decay: false });
    const bias = scope.parameter('head.bias', [numLabels], { kind: 'zeros' }, { decay: false });
    const cosines = gemm(unit(features), unit(prototypes), { transB: true });
    return add(mul(cosines, mul(exp(growth), scale)), bias);
  },
});

/** The rows of `x` `[n, D]` at length 1. */
function unit(x: Node): Node {
  const squares = reduceSum(mul(x, x), [1], true);
  return div(x, sqrt(add(squares, EPSILON)));
}
