import { defineFusion } from './fusion.js';

export const imageOnly = defineFusion({
  options: {},
  needs: ['image'],
  build: (_scope, { image }) => image,
});
