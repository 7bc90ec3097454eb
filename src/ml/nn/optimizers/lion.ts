import { add, greater, mul, neg, sub, where } from '../../graph/build.js';
import { commonOptions, defineOptimizer } from './optimizer.js';

const BETA1 = 0.9;
const BETA2 = 0.99;

/** c = β₁·m + (1 − β₁)·g, divided by 1 − β₁ and with m = (1 − β₂)·M. */
const MOMENTUM_SHARE = (BETA1 * (1 - BETA2)) / (1 - BETA1);

/**
 * Lion (Chen et al. 2023, 2302.06675, algorithm 2): θ ← θ·(1 − η·λ) − η·sign(c), where sign(0) = 0, then m ← β₂·m + (1 − β₂)·g.
 * Weight decay is decoupled. Every element moves by η, so the paper takes a rate 3 to 10 times smaller than AdamW's with a
 * decay as many times larger: hence the defaults.
 *
 * The mean is kept as a plain weighted sum, M = m/(1 − β₂), and c up to a positive factor, which its sign does not see: that
 * saves two passes over the parameters.
 */
export const lion = defineOptimizer({
  options: commonOptions({ learningRate: 0.0003, weightDecay: 0.03 }),
  slots: ['momentum'],
  scalars: ['stepSize', 'shrink'],
  scalarsAt: (_, learningRate, { weightDecay }) => {
    return { stepSize: learningRate, shrink: 1 - learningRate * weightDecay };
  },
  update: ({ parameter, gradient, slots, scalars, decay }) => {
    const { stepSize, shrink } = scalars;
    const direction = add(mul(slots.momentum, MOMENTUM_SHARE), gradient);
    const step = where(
      greater(direction, 0),
      stepSize,
      where(greater(0, direction), neg(stepSize), 0),
    );
    return {
      parameter: sub(decay ? mul(parameter, shrink) : parameter, step),
      slots: { momentum: add(mul(slots.momentum, BETA2), gradient) },
    };
  },
});
