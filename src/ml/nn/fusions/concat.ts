import { concat as concatenate } from '../../graph/build.js';
import { defineFusion } from './fusion.js';

/** [v; t] */
export const concat = defineFusion({
  options: {},
  needs: ['image', 'text'],
  build: (_scope, { image, text }) => concatenate([image, text], 1),
});
