import { concat as concatenate } from '../../graph/build.js';
import { defineFeatureFusion } from './fusion.js';

/** [v; t] */
export const concat = defineFeatureFusion({
  options: {},
  needs: ['image', 'text'],
  fuse: (_scope, { image, text }) => concatenate([image, text], 1),
});
