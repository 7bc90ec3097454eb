import { add, neg, softplus } from '../../graph/build.js';
import { defineLoss } from './loss.js';
import { maskedLogSumExp } from './masked-log-sum-exp.js';

/**
 * LSEP (Li, Song and Luo 2017, 1704.03135): log(1 + Σ_{negatives v} Σ_{positives u} e^(s_v − s_u)), of every sample; the sum
 * over pairs is a product of two sums. It learns the order of a sample's labels alone: shifting all of its logits changes
 * nothing, and a sample without a positive or without a negative counts 0.
 */
export const lsep = defineLoss({
  options: {},
  build: ({ logits, targets, negatives }) => {
    const below = maskedLogSumExp(logits, negatives, [1]);
    const above = maskedLogSumExp(neg(logits), targets, [1]);
    return softplus(add(below, above));
  },
});
