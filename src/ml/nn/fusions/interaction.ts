import { abs, concat, mul, sub } from '../../graph/build.js';
import { defineAlignedFeature } from './joint-fusion.js';

/**
 * [v; t; v ⊙ t; |v − t|]: agreement and difference beside both, as Conneau et al. 2017 (1705.02364, section 3.1) take them of
 * two sentences.
 */
export const interaction = defineAlignedFeature((image, text) =>
  concat([image, text, mul(image, text), abs(sub(image, text))], 1),
);
