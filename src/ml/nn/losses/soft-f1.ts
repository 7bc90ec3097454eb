import { add, div, maximum, mul, reduceMean, reduceSum, sigmoid, sub } from '../../graph/build.js';
import { number, oneOf } from '../options.js';
import { defineLoss } from './loss.js';
import { realRows } from './real-rows.js';

/** Keeps the quotient finite where there are no positives and every probability is too small for float32. */
const FLOOR = 1e-8;

/**
 * sigmoidF1 (Bénédict et al. 2021, 2108.10566): 1 − F1, with the counts of the batch softened by S = σ(β·(s + η)):
 * tp = Σ S·y, fp = Σ S·(1 − y), fn = Σ (1 − S)·y. MACRO: the mean over labels, where a label without a positive in the batch
 * counts 1 and has no gradient; MICRO: of the counts over all labels. β = 1, η = 0 is the plain soft F1. It wants large
 * batches.
 */
export const softF1 = defineLoss({
  options: {
    average: oneOf(['MACRO', 'MICRO'], 'MACRO'),
    beta: number({ min: 0, max: 100, aboveMin: true }, 1),
    eta: number({ min: -100, max: 100 }, 0),
  },
  build: ({ logits, targets, negatives, rowWeights }, { average, beta, eta }) => {
    const real = realRows(rowWeights);
    const found = sigmoid(mul(add(logits, eta), beta));
    const right = mul(targets, found);
    const wrong = add(mul(negatives, found), mul(targets, sub(1, found)));
    const axes = average === 'MACRO' ? [0] : [0, 1];
    const twice = mul(reduceSum(mul(right, real), axes), 2);
    const all = add(twice, reduceSum(mul(wrong, real), axes));
    const loss = sub(1, div(twice, maximum(all, FLOOR)));
    return average === 'MACRO' ? reduceMean(loss, [0]) : loss;
  },
});
