import { maximum } from '../../graph/build.js';
import { defineAlignedFeature } from './joint-fusion.js';

/** max(v, t), coordinate by coordinate. */
export const max = defineAlignedFeature((image, text) => maximum(image, text));
