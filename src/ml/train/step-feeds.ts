import { type EpochOrder, partnerRows, rowWeights } from '../data/batches.js';
import { drawBeta } from '../data/beta.js';
import type { Rng } from '../data/rng.js';
import type { TensorData } from '../graph/dtype.js';
import { optimizerOf, stepOptimizer } from '../nn/optimizers/table.js';
import type { Tensors } from '../runtime/session.js';
import { MIXUP_FEEDS } from './mixup.js';
import type { ModelConfig } from './model.js';
import { FEEDS } from './sample-feeds.js';
import { scalarFeed, type TrainStep } from './train-step.js';

export interface FeedSource {
  readonly config: ModelConfig;
  readonly step: TrainStep;
  readonly numLabels: number;
  readonly rng: Rng;
}

/** A stretch of steps of one epoch. */
export interface Stretch {
  readonly order: EpochOrder;
  readonly from: number;
  readonly steps: number;
  /** Steps that earlier epochs took. */
  readonly before: number;
  learningRate(step: number): number;
}

/**
 * What the loop is fed for `steps` steps: rows, weights and the optimizer's scalars of each, its shares of mixup and its
 * dropout masks, which are drawn here step by step, so that it does not matter how an epoch is cut into stretches.
 */
export function stepFeeds(
  { step, numLabels, config, rng }: FeedSource,
  { order, from, steps, before, learningRate }: Stretch,
): Tensors {
  const { batchSize } = step;
  const rows = order.rows.subarray(from * batchSize, (from + steps) * batchSize);
  const counts = order.counts.subarray(from, from + steps);
  const weights = rowWeights(counts, batchSize, numLabels);
  const feeds: Record<string, TensorData> = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) },
    [FEEDS.rows]: { dtype: 'int32', shape: [steps, batchSize], data: rows },
    [FEEDS.rowWeights]: { dtype: 'float32', shape: [steps, batchSize, 1], data: weights },
  };
  const settings = stepOptimizer(config.optimizer);
  const optimizer = optimizerOf(settings);
  for (const name of optimizer.scalars) {
    const data = Float32Array.from({ length: steps }, (_, i) => {
      const at = before + from + i;
      return optimizer.scalarsAt(at + 1, learningRate(at), settings)[name]!;
    });
    feeds[scalarFeed(name)] = { dtype: 'float32', shape: [steps], data };
  }
  const shares = new Float32Array(steps);
  if (config.mixup > 0) {
    const partners = partnerRows(rows, counts, batchSize);
    feeds[MIXUP_FEEDS.rows] = { dtype: 'int32', shape: [steps, batchSize], data: partners };
    feeds[MIXUP_FEEDS.share] = { dtype: 'float32', shape: [steps], data: shares };
  }
  const masks = step.masks.map(({ name, width }) => {
    const data = new Uint8Array(steps * batchSize * width);
    feeds[name] = { dtype: 'bool', shape: [steps, batchSize, width], data };
    return data;
  });
  for (let i = 0; i < steps; i++) {
    if (config.mixup > 0) shares[i] = drawBeta(rng, config.mixup);
    step.masks.forEach(({ width, keep }, index) => {
      const size = batchSize * width;
      rng.fillBernoulli(masks[index]!.subarray(i * size, (i + 1) * size), keep);
    });
  }
  return feeds;
}
