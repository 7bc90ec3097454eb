import { add, neg, softplus, sub } from '../../graph/build.js';
import { defineLoss } from './loss.js';
import { maskedLogSumExp } from './masked-log-sum-exp.js';

/**
 * ZLPR (Su et al. 2022, 2208.02955): log(1 + Σ_{negatives} e^s) + log(1 + Σ_{positives} e^−s), of every sample. It ranks
 * positives above 0 and negatives below, so that the threshold of a label is a probability of 0.5. With one label it is BCE.
 */
export const zlpr = defineLoss({
  options: {},
  build: ({ logits, targets }) => {
    const negatives = maskedLogSumExp(logits, sub(1, targets), [1]);
    const positives = maskedLogSumExp(neg(logits), targets, [1]);
    return add(softplus(negatives), softplus(positives));
  },
});
