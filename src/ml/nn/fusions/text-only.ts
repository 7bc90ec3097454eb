import { defineFusion } from './fusion.js';

export const textOnly = defineFusion({
  options: {},
  needs: ['text'],
  build: (_scope, { text }) => text,
});
