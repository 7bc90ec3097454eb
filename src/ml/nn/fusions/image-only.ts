import { defineFeatureFusion } from './fusion.js';

export const imageOnly = defineFeatureFusion({
  options: {},
  needs: ['image'],
  fuse: (_scope, { image }) => image,
});
