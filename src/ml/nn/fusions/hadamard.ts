import { mul } from '../../graph/build.js';
import { linearLayer } from '../linear-layer.js';
import { defineJointFeature } from './joint-fusion.js';
import { width } from './width.js';

/**
 * Pv ⊙ Qt, P and Q linear layers of `width`: the diagonal of the matrix of interactions, 'align' fusion of Kumar and
 * Nandakumar 2022 (Hate-CLIPper, 2210.05916).
 */
export const hadamard = defineJointFeature({
  options: { width },
  fuse: (scope, { image, text }, options) =>
    mul(
      linearLayer(scope, 'fusion.image', image, options.width),
      linearLayer(scope, 'fusion.text', text, options.width),
    ),
});
