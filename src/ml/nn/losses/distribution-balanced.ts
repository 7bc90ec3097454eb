import {
  add,
  constant,
  div,
  maximum,
  mul,
  neg,
  reduceSum,
  sigmoid,
  sub,
} from '../../graph/build.js';
import { number } from '../options.js';
import { focalTerm } from './focal-term.js';
import type { LabelStatistics } from './label-statistics.js';
import { defineLoss } from './loss.js';

/** Far below any sum of 1 ÷ count, so that the weight of a sample without labels is what it is in the limit. */
const FLOOR = 1e-20;

/**
 * Distribution-balanced loss (Wu et al. 2020, 2007.09654, sections 3.1 and 3.2), for labels of very different frequency that
 * occur together: r̂·{y·log(1 + e^−(s − ν)) + (1 − y)·log(1 + e^λ(s − ν)) ÷ λ}, each term with focal factor as in the
 * authors' code.
 *
 * The rebalanced weight r̂ = α + σ(β·(r − μ)) undoes that a sample is drawn for each of its labels: r = (1 ÷ n_l) ÷
 * Σ_{labels j of the sample} (1 ÷ n_j), n being the positives of a label. A sample without labels weighs α + 1, the limit.
 * The paper resamples by label besides; here every sample is drawn once an epoch.
 *
 * The negative-tolerant part keeps the many negatives from pushing a logit down for ever: λ > 1 makes their gradient vanish
 * sooner, and the bias ν_l = κ·log(N ÷ n_l − 1) lets the logits of rare labels come out higher. Predictions use s, not s − ν.
 */
export const distributionBalanced = defineLoss({
  options: {
    alpha: number({ min: 0, max: 10 }, 0.1),
    beta: number({ min: 0, max: 100 }, 10),
    mu: number({ min: 0, max: 10 }, 0.3),
    lambda: number({ min: 0.1, max: 100 }, 5),
    kappa: number({ min: 0, max: 10 }, 0.05),
    gamma: number({ min: 0, max: 10 }, 0),
  },
  build: (
    { logits, targets, negatives, statistics },
    { alpha, beta, mu, lambda, kappa, gamma },
  ) => {
    const counts = boundedCounts(statistics);
    const perLabel = (f: (count: Share) => number) => constant(counts.map(f), [counts.length]);
    const rarity = perLabel(({ positives }) => 1 / positives);
    const drawn = maximum(reduceSum(mul(targets, rarity), [1], true), FLOOR);
    const weight = add(sigmoid(mul(sub(div(rarity, drawn), mu), beta)), alpha);
    const bias = perLabel(({ positives, samples }) => kappa * Math.log(samples / positives - 1));
    const shifted = sub(logits, bias);
    const positive = focalTerm(neg(shifted), gamma);
    const negative = mul(focalTerm(mul(shifted, lambda), gamma), 1 / lambda);
    return mul(weight, add(mul(targets, positive), mul(negatives, negative)));
  },
});

interface Share {
  readonly positives: number;
  /** for which the label is known */
  readonly samples: number;
}

/** Positives of each label; none and all count as half a sample away from that, which keeps ν finite. */
function boundedCounts({ positives, negatives }: LabelStatistics): Share[] {
  return Array.from(positives, (count, label) => {
    const samples = Math.max(1, count + negatives[label]!);
    return { positives: Math.min(Math.max(count, 0.5), samples - 0.5), samples };
  });
}
