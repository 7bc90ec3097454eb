import { gather, input, mul, reduceSum, reshape } from '../graph/build.js';
import type { TensorData } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import type { Dim } from '../graph/op.js';
import { type KnownLabels, knownLabels } from '../nn/known-labels.js';
import type { ModelConfig, ModelDimensions } from './model.js';
import { columnsOf, rowWidth } from './sample-features.js';

/** Names of the feeds that training and evaluation share. */
export const FEEDS = {
  features: 'features',
  targets: 'targets',
  rows: 'rows',
  rowWeights: 'rowWeights',
} as const;

/** What a batch of `B` samples is made of, inside the graph. */
export interface BatchNodes extends KnownLabels {
  /** `[B, width]`, laid out as sample-features.ts says. */
  readonly features: Node;
  /** `[B, 1]`: 1 ÷ (real samples × L), and 0 for rows that only fill the batch up. */
  readonly rowWeights: Node;
}

/** `features` and `targets` of as many samples as there are targets for. */
export function sampleFeeds(
  features: Float32Array,
  targets: Uint8Array,
  numLabels: number,
): Record<string, TensorData> {
  const samples = targets.length / numLabels;
  return {
    [FEEDS.features]: {
      dtype: 'float32',
      shape: [samples, features.length / samples],
      data: features,
    },
    [FEEDS.targets]: { dtype: 'uint8', shape: [samples, numLabels], data: targets },
  };
}

/**
 * Picks the batch out of the whole dataset's `features` (`[samples, width]`) and `targets` (`[samples, L]`, uint8)
 * at the rows (`[B]`, int32) that are fed as `rowsFeed`.
 */
export function gatherBatch(
  config: Pick<ModelConfig, 'fusion'>,
  dims: ModelDimensions,
  batch: Dim,
  rowsFeed: string = FEEDS.rows,
): BatchNodes {
  const rows = input(rowsFeed, [batch], 'int32');
  const width = rowWidth(columnsOf(config.fusion.kind, dims.embeds));
  const targets = gather(input(FEEDS.targets, ['samples', dims.numLabels], 'uint8'), rows);
  return {
    features: gather(input(FEEDS.features, ['samples', width]), rows),
    ...knownLabels(targets, dims.hasUnknowns),
    rowWeights: input(FEEDS.rowWeights, [batch, 1]),
  };
}

/**
 * The mean over real samples and labels, a scalar, of a loss for every sample and label `[B, L]`, for every sample `[B, 1]`
 * or for the whole batch `[]`. Over a split that is cut into chunks the results of the chunks add up; for a loss of the
 * whole batch that makes the mean of the chunks' losses, each weighed by its samples.
 */
export function meanLoss(
  loss: Node,
  { targets, rowWeights }: Pick<BatchNodes, 'targets' | 'rowWeights'>,
): Node {
  const numLabels = targets.shape[1] as number;
  const each = loss.shape[1] === numLabels ? loss : mul(loss, numLabels);
  return reshape(reduceSum(mul(each, rowWeights), [0, 1], true), []);
}
