import { add, mul, relu } from '../../graph/build.js';
import { linearLayer } from '../linear-layer.js';
import { integer, number } from '../options.js';
import { defineHead } from './head.js';

/**
 * z' = λ·A(z) + (1 − λ)·z, then a linear layer; A(z) = W2·ReLU(W1·z + b1) + b2 through a bottleneck of D ÷ `reduction`:
 * CLIP-Adapter, Gao et al. 2021 (2110.04544, section 3.2), λ its residual ratio.
 */
export const adapter = defineHead({
  options: {
    residualRatio: number({ min: 0, max: 1, aboveMin: true }, 0.2),
    reduction: integer(1, 64, 4),
  },
  build: (scope, features, numLabels, { residualRatio, reduction }) => {
    const dimension = features.shape[1] as number;
    const middle = Math.ceil(dimension / reduction);
    const squeezed = relu(linearLayer(scope, 'head.squeeze', features, middle));
    const adapted = linearLayer(scope, 'head.expand', squeezed, dimension);
    const blended = add(mul(adapted, residualRatio), mul(features, 1 - residualRatio));
    return linearLayer(scope, 'head.output', blended, numLabels);
  },
});
