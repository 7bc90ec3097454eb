import type { Node } from '../../graph/node.js';
import type { KnownLabels } from '../known-labels.js';
import type { Options, OptionValues } from '../options.js';
import type { LabelStatistics } from './label-statistics.js';

/** Of a batch of `B` samples. */
export interface LossInputs extends KnownLabels {
  /** `[B, L]` */
  readonly logits: Node;
  /** `[B, 1]`: above 0 for real samples, all alike, and 0 for rows that only fill the batch up. */
  readonly rowWeights: Node;
  /** Of the training samples. */
  readonly statistics: LabelStatistics;
}

/**
 * What is minimised, before its mean is taken (`meanLoss`): the loss of every sample and label `[B, L]`, of every sample
 * `[B, 1]`, or of the batch as a whole `[]`. Only the last has to leave out, by `rowWeights`, the rows that fill it up. What
 * the first says of unknown labels is left out by `buildLoss`; the others go by `targets` and `negatives`.
 */
export interface Loss<O extends Options> {
  readonly options: O;
  build(inputs: LossInputs, options: OptionValues<O>): Node;
}

export const defineLoss = <const O extends Options>(loss: Loss<O>): Loss<O> => loss;
