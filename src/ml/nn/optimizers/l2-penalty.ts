import { add, mul } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { Update } from './optimizer.js';

/** The gradient of the loss with the penalty ½·λ·‖θ‖² added to it, where weight decay applies: g + λ·θ. */
export function addPenalty(
  { parameter, gradient, decay }: Pick<Update<string, string>, 'parameter' | 'gradient' | 'decay'>,
  weightDecay: number,
): Node {
  return decay && weightDecay > 0 ? add(gradient, mul(parameter, weightDecay)) : gradient;
}
