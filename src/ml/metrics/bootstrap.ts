import { badUserInput } from '../../errors/bad-user-input.js';
import {
  type BootstrapOptions,
  checked,
  type Interval,
  interval,
  ones,
  type PairedInterval,
  pairedInterval,
  resample,
} from './resample.js';
import { type Scores, sampleCount } from './scored.js';
import { orderSamples, type SampleOrder, weightedAveragePrecision } from './weighted-ranking.js';

/**
 * mAP averaged over `scoreSets` (one per training seed), each `[N, L]` like `targets`, with the
 * percentile interval of resampled samples (Efron and Tibshirani 1993, section 13.3; quantiles by
 * linear interpolation). Seeds are not resampled: the interval says what another draw of samples
 * would change, given these models.
 *
 * mAP is the mean over the labels that have a positive; a label that loses its positives in a
 * resample is left out of that resample alone, and a resample without any positive is drawn again.
 * Throws BAD_USER_INPUT where no label has a positive or an option is out of range.
 */
export function bootstrapMap(
  scoreSets: readonly Scores[],
  targets: Uint8Array,
  numLabels: number,
  options: BootstrapOptions,
): Interval {
  const orders = orderSets(scoreSets, targets, numLabels, 'scoreSets');
  const values = new Float64Array(checked(options).resamples);
  resample(targets, numLabels, options, (weights, index) => {
    values[index] = meanOverSets(orders, weights);
  });
  return interval(meanOverSets(orders, ones(targets, numLabels)), values, options.level);
}

/**
 * Mean mAP of the score sets `a` minus that of `b`, both on the same resamples, with everything
 * else as in `bootstrapMap`.
 */
export function pairedBootstrapMap(
  a: readonly Scores[],
  b: readonly Scores[],
  targets: Uint8Array,
  numLabels: number,
  options: BootstrapOptions,
): PairedInterval {
  const ordersA = orderSets(a, targets, numLabels, 'a');
  const ordersB = orderSets(b, targets, numLabels, 'b');
  const difference = (weights: Uint32Array) =>
    meanOverSets(ordersA, weights) - meanOverSets(ordersB, weights);
  const { resamples, level } = checked(options);
  const values = new Float64Array(resamples);
  resample(targets, numLabels, options, (weights, index) => {
    values[index] = difference(weights);
  });
  const mean = difference(ones(targets, numLabels));
  return pairedInterval(mean, values, level);
}

/** The orders of every label with a positive, for each score set. */
function orderSets(
  scoreSets: readonly Scores[],
  targets: Uint8Array,
  numLabels: number,
  name: string,
): SampleOrder[][] {
  if (scoreSets.length === 0) {
    throw badUserInput(`expected at least one score set for \`${name}\` but received none`);
  }
  const hasPositive = new Uint8Array(numLabels);
  targets.forEach((target, at) => {
    if (target === 1) hasPositive[at % numLabels] = 1;
  });
  if (!hasPositive.includes(1)) {
    throw badUserInput('expected a sample that carries a label for `targets` but received none');
  }
  return scoreSets.map((scores) => {
    sampleCount(scores, targets, numLabels);
    const orders: SampleOrder[] = [];
    hasPositive.forEach((is, label) => {
      if (is) orders.push(orderSamples(scores, targets, numLabels, label));
    });
    return orders;
  });
}

/** The mean over score sets of their mAP under `weights`, which leave at least one positive. */
function meanOverSets(orders: readonly SampleOrder[][], weights: Uint32Array): number {
  let total = 0;
  for (const labels of orders) {
    let sum = 0;
    let defined = 0;
    for (const order of labels) {
      const precision = weightedAveragePrecision(order, weights);
      if (precision === null) continue;
      sum += precision;
      defined++;
    }
    total += sum / defined;
  }
  return total / orders.length;
}
