import { add, mul } from '../../graph/build.js';
import { linearLayer } from '../linear-layer.js';
import { defineJointFeature } from './joint-fusion.js';

/**
 * γ(t) ⊙ v + β(t), γ and β linear layers: the text modulates the image (Perez et al. 2018, 1709.07871, section 2.1). γ is
 * learned as its difference from 1 (section 7.2), so that the image comes through from the start.
 */
export const film = defineJointFeature({
  options: {},
  fuse: (scope, { image, text }) => {
    const dimension = image.shape[1] as number;
    const scale = add(linearLayer(scope, 'fusion.scale', text, dimension), 1);
    return add(mul(scale, image), linearLayer(scope, 'fusion.shift', text, dimension));
  },
});
