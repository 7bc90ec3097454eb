import { sub } from '../../graph/build.js';
import { addPenalty } from './l2-penalty.js';
import { MOMENT_SCALARS, MOMENT_SLOTS, momentScalars, momentStep } from './moments.js';
import { commonOptions, defineOptimizer } from './optimizer.js';

/**
 * Adam (Kingma and Ba 2015, 1412.6980, algorithm 1; numbers as PyTorch's `torch.optim.Adam`): θ ← θ − η·m̂/(√v̂ + ε). Weight
 * decay is an L2 penalty: it goes through the moments.
 */
export const adam = defineOptimizer({
  options: commonOptions({ learningRate: 0.001, weightDecay: 0 }),
  slots: MOMENT_SLOTS,
  scalars: MOMENT_SCALARS,
  scalarsAt: momentScalars,
  update: (update, { weightDecay }) => {
    const { step, slots } = momentStep(addPenalty(update, weightDecay), update);
    return { parameter: sub(update.parameter, step), slots };
  },
});
