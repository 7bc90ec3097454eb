import { gather, input, mul, reduceSum, reshape } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Dim } from '../graph/op.js';
import { modalitiesOf } from '../nn/fusions/table.js';
import { type KnownLabels, knownLabels } from '../nn/known-labels.js';
import type { ByModality, Modality } from '../nn/modality.js';
import type { ModelConfig, ModelDimensions } from './model.js';

/** Names of the feeds that training and evaluation share. */
export const FEEDS = { targets: 'targets', rows: 'rows', rowWeights: 'rowWeights' } as const;

/** What a batch of `B` samples is made of, inside the graph. */
export interface BatchNodes extends KnownLabels {
  /** Each `[B, its dimension]`. */
  readonly embeds: ByModality<Node>;
  /** `[B, 1]`: 1 ÷ (real samples × L), and 0 for rows that only fill the batch up. */
  readonly rowWeights: Node;
}

/**
 * Picks the batch out of the whole dataset's features (`image`, `text`: `[samples, D]`) and `targets` (`[samples, L]`,
 * uint8) at the rows (`[B]`, int32) that are fed as `rowsFeed`.
 */
export function gatherBatch(
  config: Pick<ModelConfig, 'fusion'>,
  dims: ModelDimensions,
  batch: Dim,
  rowsFeed: string = FEEDS.rows,
): BatchNodes {
  const rows = input(rowsFeed, [batch], 'int32');
  const embeds: Partial<Record<Modality, Node>> = {};
  for (const modality of modalitiesOf(config.fusion.kind)) {
    const dimension = dims.embeds[modality];
    if (dimension === undefined) {
      throw new Error(`${config.fusion.kind}: expected ${modality} embeddings`);
    }
    embeds[modality] = gather(input(modality, ['samples', dimension]), rows);
  }
  const targets = gather(input(FEEDS.targets, ['samples', dims.numLabels], 'uint8'), rows);
  return {
    embeds,
    ...knownLabels(targets, dims.hasUnknowns),
    rowWeights: input(FEEDS.rowWeights, [batch, 1]),
  };
}

/**
 * The mean over real samples and labels, a scalar, of a loss for every sample and label `[B, L]`, for every sample `[B, 1]`
 * or for the whole batch `[]`. Over a split that is cut into chunks the results of the chunks add up; for a loss of the
 * whole batch that makes the mean of the chunks' losses, each weighed by its samples.
 */
export function meanLoss(loss: Node, { targets, rowWeights }: BatchNodes): Node {
  const numLabels = targets.shape[1] as number;
  const each = loss.shape[1] === numLabels ? loss : mul(loss, numLabels);
  return reshape(reduceSum(mul(each, rowWeights), [0, 1], true), []);
}
