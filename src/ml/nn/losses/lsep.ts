import { add, neg, softplus } from '../../graph/build.js';
import { defineLoss } from './loss.js';
import { maskedLogSumExp } from './masked-log-sum-exp.js';

/**
 * LSEP (Li, Song and Luo 2017, 1704.03135): log(1 + Σ_{negatives v} Σ_{positives u} e^(s_v − s_u)), of every sample. The paper
 * draws some of the pairs where they are many; here all count, as their sum is a product of two sums.
 *
 * It learns the order of a sample's labels alone: shifting all of its logits changes nothing, and a sample without a positive or
 * without a negative counts 0. So nothing ties the scores of one sample to those of another, and whatever ranks or cuts a
 * label's scores across samples suffers; the paper trains a second model to decide how many labels a sample has.
 */
export const lsep = defineLoss({
  options: {},
  build: ({ logits, targets, negatives }) => {
    const below = maskedLogSumExp(logits, negatives, [1]);
    const above = maskedLogSumExp(neg(logits), targets, [1]);
    return softplus(add(below, above));
  },
});
