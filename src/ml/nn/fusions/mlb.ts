import { mul, tanh } from '../../graph/build.js';
import { linearLayer } from '../linear-layer.js';
import { defineJointFeature } from './joint-fusion.js';
import { width } from './width.js';

/**
 * tanh(Pv) ⊙ tanh(Qt), P and Q linear layers: multimodal low-rank bilinear pooling of rank `width` (Kim et al. 2017,
 * 1610.04325, section 3). What the paper projects that with is the head's first layer here.
 */
export const mlb = defineJointFeature({
  options: { width },
  fuse: (scope, { image, text }, options) =>
    mul(
      tanh(linearLayer(scope, 'fusion.image', image, options.width)),
      tanh(linearLayer(scope, 'fusion.text', text, options.width)),
    ),
});
