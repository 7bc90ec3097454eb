import { add, mul } from '../../graph/build.js';
import { defineAlignedFeature } from './joint-fusion.js';

/** (v + t) ÷ 2 */
export const mean = defineAlignedFeature((image, text) => mul(add(image, text), 0.5));
