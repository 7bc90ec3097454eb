import { abs, add, div, mul, reduceMean, sqrt } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { integer } from '../options.js';
import { defineJointFeature } from './joint-fusion.js';
import { pooledProduct } from './pooled-product.js';

/** Keep both roots away from 0, where their slope is infinite. */
const ROOT_EPSILON = 1e-4;
const NORM_EPSILON = 1e-5;

/**
 * Multimodal factorized bilinear pooling (Yu et al. 2017, 1708.01471, section 3): products of `factors` pairs of linear
 * layers summed, then sign(z)·√|z|, here z ÷ √(|z| + 10⁻⁴), then L2 normalisation. As embeddings do, the result has
 * coordinates of about 1, that is length √width: z ÷ √(mean z² + 10⁻⁵).
 */
export const mfb = defineJointFeature({
  options: { width: integer(1, 16384, 256), factors: integer(1, 64, 5) },
  fuse: (scope, embeds, { width, factors }) =>
    normalize(signedRoot(pooledProduct(scope, embeds, { terms: factors, width }))),
});

const signedRoot = (z: Node): Node => div(z, sqrt(add(abs(z), ROOT_EPSILON)));

const normalize = (z: Node): Node =>
  div(z, sqrt(add(reduceMean(mul(z, z), [1], true), NORM_EPSILON)));
