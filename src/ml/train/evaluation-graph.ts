import { sigmoid } from '../graph/build.js';
import { dedupe } from '../graph/dedupe.js';
import type { Graph } from '../graph/graph.js';
import { verify } from '../graph/verify.js';
import type { LabelStatistics } from '../nn/losses/label-statistics.js';
import { buildLoss } from '../nn/losses/table.js';
import { Scope } from '../nn/scope.js';
import { buildLogits, type ModelConfig, type ModelDimensions } from './model.js';
import { embedsIn } from './sample-features.js';
import { gatherBatch, meanLoss } from './sample-feeds.js';

/**
 * Forward pass without dropout over any number of rows: `probs` `[R, L]` and `loss`, the rows' share of the mean. The
 * parameters are inputs, so that one session serves every epoch.
 */
export function buildEvaluation(
  config: ModelConfig,
  dims: ModelDimensions,
  statistics: LabelStatistics,
): Graph {
  const batch = gatherBatch(config, dims, 'rows');
  const embeds = embedsIn(batch.features, config.fusion.kind, dims.embeds);
  const logits = buildLogits(new Scope(null), embeds, config, dims);
  const loss = meanLoss(buildLoss({ logits, ...batch, statistics }, config.loss), batch);
  const outputs = { probs: sigmoid(logits), loss };
  return verify(dedupe({ outputs }));
}
