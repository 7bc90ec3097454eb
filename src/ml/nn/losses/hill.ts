import { add, mul, neg, sigmoid, sub } from '../../graph/build.js';
import { number } from '../options.js';
import { focalTerm } from './focal-term.js';
import { defineLoss } from './loss.js';

/**
 * Hill loss (Zhang et al. 2021, 2112.07368), for data in which labels are missing: (λ − p)·p² for a negative, whose gradient
 * falls again where the model is sure that the label is there; −(1 − p_m)^γ·log p_m with p_m = σ(s − m) for a positive.
 */
export const hill = defineLoss({
  options: {
    lambda: number({ min: 1, max: 10 }, 1.5),
    margin: number({ min: 0, max: 10 }, 1),
    gamma: number({ min: 0, max: 10 }, 2),
  },
  build: ({ logits, targets, negatives }, { lambda, margin, gamma }) => {
    const positive = focalTerm(neg(sub(logits, margin)), gamma);
    const p = sigmoid(logits);
    const negative = mul(sub(lambda, p), mul(p, p));
    return add(mul(targets, positive), mul(negatives, negative));
  },
});
