import { concat as concatenate } from '../../graph/build.js';
import { defineJointFeature } from './joint-fusion.js';

/** [v; t] */
export const concat = defineJointFeature({
  options: {},
  fuse: (_scope, { image, text }) => concatenate([image, text], 1),
});
