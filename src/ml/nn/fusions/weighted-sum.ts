import { add, mul, sigmoid, sub } from '../../graph/build.js';
import { defineAlignedFeature } from './joint-fusion.js';

/** λ·v + (1 − λ)·t. One λ is learned, through a sigmoid, which keeps it between 0 and 1; it starts at ½. */
export const weightedSum = defineAlignedFeature((image, text, scope) => {
  const weight = scope.parameter('fusion.weight', [1], { kind: 'zeros' }, { decay: false });
  return add(text, mul(sigmoid(weight), sub(image, text)));
});
