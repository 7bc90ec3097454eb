import type { Node } from '../../graph/node.js';
import type { Options, OptionValues } from '../options.js';

export interface LossInputs {
  /** `[B, L]` */
  readonly logits: Node;
  /** `[B, L]`, 0 or 1 as float32 */
  readonly targets: Node;
  /** `[L]`: what a positive weighs, label by label; absent: 1 */
  readonly positiveWeights?: Node | undefined;
}

/** The loss of every sample and label, `[B, L]`; its mean over real samples and labels is what is minimised. */
export interface Loss<O extends Options> {
  readonly options: O;
  build(inputs: LossInputs, options: OptionValues<O>): Node;
}

export const defineLoss = <const O extends Options>(loss: Loss<O>): Loss<O> => loss;
