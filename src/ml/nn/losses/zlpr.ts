import { add, neg, softplus } from '../../graph/build.js';
import { defineLoss } from './loss.js';
import { maskedLogSumExp } from './masked-log-sum-exp.js';

/**
 * ZLPR (Su et al. 2022, 2208.02955): log(1 + Σ_{negatives} e^s) + log(1 + Σ_{positives} e^−s), of every sample. It ranks
 * positives above 0 and negatives below, so that the threshold of a label is a probability of 0.5. With one label it is BCE.
 */
export const zlpr = defineLoss({
  options: {},
  build: ({ logits, targets, negatives }) => {
    const below = maskedLogSumExp(logits, negatives, [1]);
    const above = maskedLogSumExp(neg(logits), targets, [1]);
    return add(softplus(below), softplus(above));
  },
});
