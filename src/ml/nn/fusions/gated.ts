import { add, concat, mul, sigmoid, sub, tanh } from '../../graph/build.js';
import { linearLayer } from '../linear-layer.js';
import { defineJointFeature } from './joint-fusion.js';
import { width } from './width.js';

/**
 * The gated multimodal unit (Arevalo et al. 2017, 1702.01992, section 3): g ⊙ tanh(W_v·v) + (1 − g) ⊙ tanh(W_t·t) with
 * g = σ(W_g·[v; t]), each of `width`.
 */
export const gated = defineJointFeature({
  options: { width },
  fuse: (scope, { image, text }, options) => {
    const seen = tanh(linearLayer(scope, 'fusion.image', image, options.width));
    const read = tanh(linearLayer(scope, 'fusion.text', text, options.width));
    const both = concat([image, text], 1);
    const gate = sigmoid(linearLayer(scope, 'fusion.gate', both, options.width));
    return add(read, mul(gate, sub(seen, read)));
  },
});
