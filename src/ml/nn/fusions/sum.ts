import { add } from '../../graph/build.js';
import { defineAlignedFeature } from './joint-fusion.js';

/** v + t */
export const sum = defineAlignedFeature((image, text) => add(image, text));
