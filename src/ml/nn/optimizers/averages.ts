import { add, mul, sub } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { Options } from '../options.js';
import type { Optimizer } from './optimizer.js';

/** The slot in which the average of a parameter is kept; a statistic's average has the same name. */
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
      const average = averaged(update.slots[AVERAGE]!, parameter, update.scalars);
      return { parameter, slots: { ...slots, [AVERAGE]: average } };
    },
  };
}

/** The average after a step that left `now`, of `before`, the average before it. */
export function averaged(before: Node, now: Node, scalars: Readonly<Record<string, Node>>): Node {
  return add(before, mul(sub(now, before), scalars[SHARE]!));
}
