import { tanh } from '../../graph/build.js';
import { linearLayer } from '../linear-layer.js';
import { integer } from '../options.js';
import { defineJointFeature } from './joint-fusion.js';
import { pooledProduct } from './pooled-product.js';

/**
 * MUTAN (Ben-younes et al. 2017, 1705.06676, section 3): both embeddings through a linear layer and tanh to `width`, then
 * a bilinear form for every one of `width` outputs, each slice of whose core tensor has rank `rank` at most.
 */
export const mutan = defineJointFeature({
  options: { width: integer(1, 16384, 256), rank: integer(1, 64, 5) },
  fuse: (scope, { image, text }, { width, rank }) => {
    const projected = {
      image: tanh(linearLayer(scope, 'fusion.projection.image', image, width)),
      text: tanh(linearLayer(scope, 'fusion.projection.text', text, width)),
    };
    return pooledProduct(scope, projected, { terms: rank, width });
  },
});
