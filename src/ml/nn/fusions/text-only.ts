import { defineFeatureFusion } from './fusion.js';

export const textOnly = defineFeatureFusion({
  options: {},
  needs: ['text'],
  fuse: (_scope, { text }) => text,
});
