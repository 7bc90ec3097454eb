import { add, mul, sub } from '../../graph/build.js';
import type { Options } from '../options.js';
import type { Optimizer } from './optimizer.js';

/** The slot in which the average of a parameter is kept. */
export const AVERAGE = 'average';
const SHARE = 'averageShare';

/**
 * `optimizer`, keeping beside each parameter the average of what it was after the steps so far, in which every step counts
 * `decay` times as much as the next: the exponential moving average without the part that its start would have in it (Kingma
 * and Ba 2015, 1412.6980, section 7.2). As a running mean that is A ← A + (θ − A)·(1 − β)/(1 − βᵗ), which the first step sets
 * to θ. Training itself goes on from θ.
 */
export function withAverages(
  optimizer: Optimizer<Options, string, string>,
  decay: number,
): Optimizer<Options, string, string> {
  return {
    options: optimizer.options,
    slots: [...optimizer.slots, AVERAGE],
    scalars: [...optimizer.scalars, SHARE],
    scalarsAt: (step, learningRate, options) => {
      const share = (1 - decay) / (1 - decay ** step);
      return { ...optimizer.scalarsAt(step, learningRate, options), [SHARE]: share };
    },
    update: (update, options) => {
      const { parameter, slots } = optimizer.update(update, options);
      const before = update.slots[AVERAGE]!;
      const average = add(before, mul(sub(parameter, before), update.scalars[SHARE]!));
      return { parameter, slots: { ...slots, [AVERAGE]: average } };
    },
  };
}
