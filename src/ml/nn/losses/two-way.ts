import {
  add,
  cast,
  div,
  greater,
  maximum,
  mul,
  neg,
  reduceSum,
  softplus,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { number } from '../options.js';
import { defineLoss } from './loss.js';
import { maskedLogSumExp } from './masked-log-sum-exp.js';
import { realRows } from './real-rows.js';

/**
 * Two-way loss (Kobayashi, CVPR 2023, 'Two-way Multi-Label Loss'): softplus(T₋·log Σ_{negatives} e^(s ÷ T₋) +
 * T₊·log Σ_{positives} e^(−s ÷ T₊)), once over the labels of each sample and once over the samples of each label. Of the whole
 * batch: the mean over samples that have a positive plus the mean over labels that have one in the batch. It learns order,
 * not probabilities.
 */
export const twoWay = defineLoss({
  options: {
    positiveTemperature: number({ min: 0.1, max: 100 }, 4),
    negativeTemperature: number({ min: 0.1, max: 100 }, 1),
  },
  build: (
    { logits, targets, negatives, rowWeights },
    { positiveTemperature, negativeTemperature },
  ) => {
    const real = realRows(rowWeights);
    const isPositive = mul(targets, real);
    const isNegative = mul(negatives, real);
    const [BATCH, LABELS] = [0, 1];
    const way = (axis: number) => {
      const below = softMaximum(logits, isNegative, axis, negativeTemperature);
      const above = softMaximum(neg(logits), isPositive, axis, positiveTemperature);
      const counted = cast(greater(reduceSum(isPositive, [axis], true), 0), 'float32');
      const sum = reduceSum(mul(softplus(add(below, above)), counted), [0, 1]);
      return div(sum, maximum(reduceSum(counted, [0, 1]), 1));
    };
    return add(way(LABELS), way(BATCH));
  },
});

/** T·log Σ e^(x ÷ T) along `axis`, over the elements where `mask` is 1. */
function softMaximum(x: Node, mask: Node, axis: number, temperature: number): Node {
  return mul(maskedLogSumExp(mul(x, 1 / temperature), mask, [axis]), temperature);
}
