import { add, mul, sub } from '../../graph/build.js';
import { boolean, number } from '../options.js';
import { addPenalty } from './l2-penalty.js';
import { commonOptions, defineOptimizer } from './optimizer.js';

/**
 * Stochastic gradient descent with momentum μ (numbers as PyTorch's `torch.optim.SGD` without dampening): v ← μ·v + g,
 * θ ← θ − η·v; with `nesterov` θ ← θ − η·(g + μ·v) (Sutskever et al. 2013, section 2, with the look-ahead taken in advance).
 * Weight decay is an L2 penalty: it goes through the momentum.
 */
export const sgd = defineOptimizer({
  options: {
    ...commonOptions({ learningRate: 0.1, weightDecay: 0 }),
    momentum: number({ min: 0, max: 1, belowMax: true }, 0.9),
    nesterov: boolean(false),
  },
  slots: ['velocity'],
  scalars: ['learningRate'],
  scalarsAt: (_, learningRate) => ({ learningRate }),
  update: (update, { weightDecay, momentum, nesterov }) => {
    const gradient = addPenalty(update, weightDecay);
    const velocity = add(mul(update.slots.velocity, momentum), gradient);
    const direction = nesterov ? add(gradient, mul(velocity, momentum)) : velocity;
    const parameter = sub(update.parameter, mul(direction, update.scalars.learningRate));
    return { parameter, slots: { velocity } };
  },
});
