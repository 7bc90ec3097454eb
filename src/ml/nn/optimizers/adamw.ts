import { mul, sub } from '../../graph/build.js';
import { MOMENT_SCALARS, MOMENT_SLOTS, momentScalars, momentStep } from './moments.js';
import { commonOptions, defineOptimizer } from './optimizer.js';

/**
 * AdamW (Loshchilov and Hutter 2019, 1711.05101, algorithm 2; numbers as PyTorch's `torch.optim.AdamW`):
 * θ ← θ·(1 − η·λ) − η·m̂/(√v̂ + ε).
 */
export const adamw = defineOptimizer({
  options: commonOptions({ learningRate: 0.001, weightDecay: 0.01 }),
  slots: MOMENT_SLOTS,
  scalars: [...MOMENT_SCALARS, 'shrink'],
  scalarsAt: (step, learningRate, { weightDecay }) => {
    return { ...momentScalars(step, learningRate), shrink: 1 - learningRate * weightDecay };
  },
  update: ({ parameter, gradient, slots, scalars, decay }) => {
    const { step, slots: after } = momentStep(gradient, { slots, scalars });
    const shrunk = decay ? mul(parameter, scalars.shrink) : parameter;
    return { parameter: sub(shrunk, step), slots: after };
  },
});
