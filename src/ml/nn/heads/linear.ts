import { linearLayer } from '../linear-layer.js';
import { defineHead } from './head.js';

/** s = W·z + b: one logistic regression per label (the linear probe of Radford et al. 2021, 2103.00020). */
export const linear = defineHead({
  options: {},
  build: (scope, features, numLabels) => linearLayer(scope, 'head.output', features, numLabels),
});
