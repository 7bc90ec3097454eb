import { add, input, mul, sub } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { KnownLabels } from '../nn/known-labels.js';
import type { ModelConfig, ModelDimensions } from './model.js';
import { type BatchNodes, gatherBatch } from './sample-feeds.js';

/** What every step with mixup is fed: `[B]` int32, the row with which each row is mixed; a scalar, its own share. */
export const MIXUP_FEEDS = { rows: 'mixup.rows', share: 'mixup.share' } as const;

/** What a step is trained on. */
export interface TrainedBatch {
  /** `[B, width]` */
  readonly features: Node;
  /** The loss of the batch, given how it follows from what is known of its labels. */
  loss(lossOf: (labels: KnownLabels) => Node): Node;
  /** Names of per-step inputs that it needs beyond the batch's own. */
  readonly feeds: readonly string[];
}

/**
 * The batch itself, or with `config.mixup` the batch mixed with other rows of it (Zhang et al. 2018, 1710.09412): embeddings
 * λ·x + (1 − λ)·x′, not normalised again, with one λ ~ Beta(α, α) for all rows of a step. The targets are mixed in the loss,
 * λ·loss(y) + (1 − λ)·loss(y′): the same as the loss of mixed targets where it is linear in them, as BCE is, and defined for
 * losses that know only 0 and 1.
 */
export function trainedBatch(
  batch: BatchNodes,
  config: ModelConfig,
  dims: ModelDimensions,
  batchSize: number,
): TrainedBatch {
  const { features } = batch;
  if (config.mixup === 0) return { features, loss: (lossOf) => lossOf(batch), feeds: [] };
  const other = gatherBatch(config, dims, batchSize, MIXUP_FEEDS.rows);
  const share = input(MIXUP_FEEDS.share, []);
  const mix = (own: Node, others: Node) => add(others, mul(sub(own, others), share));
  return {
    features: mix(features, other.features),
    loss: (lossOf) => mix(lossOf(batch), lossOf(other)),
    feeds: Object.values(MIXUP_FEEDS),
  };
}
