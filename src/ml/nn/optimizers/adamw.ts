import { add, div, mul, sqrt, sub } from '../../graph/build.js';
import { number } from '../options.js';
import { defineOptimizer, scheduleOptions } from './optimizer.js';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * AdamW (Loshchilov and Hutter 2019, 1711.05101, algorithm 2; numbers as PyTorch's `torch.optim.AdamW`):
 * θ ← θ·(1 − η·λ) − η·m̂/(√v̂ + ε).
 *
 * The moments are kept as plain weighted sums, M = m/(1 − β₁) and V = v/(1 − β₂), and every constant factor goes into the
 * two scalars of the step: that saves four passes over the parameters.
 */
export const adamw = defineOptimizer({
  options: { ...scheduleOptions, weightDecay: number({ min: 0, max: 10 }, 0.01) },
  slots: ['firstMoment', 'secondMoment'],
  scalars: ['stepSize', 'epsilon', 'shrink'],
  scalarsAt: (step, learningRate, { weightDecay }) => {
    const first = (1 - BETA1) / (1 - BETA1 ** step);
    const second = Math.sqrt((1 - BETA2) / (1 - BETA2 ** step));
    return {
      stepSize: (learningRate * first) / second,
      epsilon: EPSILON / second,
      shrink: 1 - learningRate * weightDecay,
    };
  },
  update: ({ parameter, gradient, slots, scalars, decay }) => {
    const firstMoment = add(mul(slots.firstMoment, BETA1), gradient);
    const secondMoment = add(mul(slots.secondMoment, BETA2), mul(gradient, gradient));
    const direction = div(firstMoment, add(sqrt(secondMoment), scalars.epsilon));
    const shrunk = decay ? mul(parameter, scalars.shrink) : parameter;
    return {
      parameter: sub(shrunk, mul(direction, scalars.stepSize)),
      slots: { firstMoment, secondMoment },
    };
  },
});
