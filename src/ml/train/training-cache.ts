import { dedupe } from '../graph/dedupe.js';
import { verify } from '../graph/verify.js';
import { GIVEN } from '../nn/heads/given.js';
import type { Tensors } from '../runtime/session.js';
import type { Engine, EngineOptions } from './engine.js';
import type { FitData } from './fit-data.js';
import { buildUnitFeatures, type ModelConfig, type ModelDimensions } from './model.js';
import { FEEDS, gatherBatch } from './sample-feeds.js';

/** Rows at once. */
const CHUNK = 2048;

/** The fused features, of length 1, and targets of the samples that are trained on, as heads with a cache take them. */
export async function trainingCache(
  engine: Engine,
  { config, dims, data }: { config: ModelConfig; dims: ModelDimensions; data: FitData },
  options: EngineOptions,
  signal?: AbortSignal,
): Promise<Tensors> {
  const { train, targets, numLabels } = data;
  const { embeds } = gatherBatch(config, dims, 'rows');
  const built = buildUnitFeatures(embeds, config.fusion);
  const dimension = built.shape[1] as number;
  const features = new Float32Array(train.length * dimension);
  const graph = verify(dedupe({ outputs: { features: built } }));
  const { [FEEDS.targets]: _, ...shared } = options.shared;
  const runner = await engine.openGraph(graph, { ...options, shared });
  try {
    for (let from = 0; from < train.length; from += CHUNK) {
      signal?.throwIfAborted();
      const rows = train.subarray(from, from + CHUNK);
      const feed = { dtype: 'int32', shape: [rows.length], data: rows } as const;
      const outputs = await runner.run({ [FEEDS.rows]: feed });
      features.set(outputs.features!.data as Float32Array, from * dimension);
    }
  } finally {
    await runner.close();
  }
  const known = new Uint8Array(train.length * numLabels);
  train.forEach((row, i) => {
    known.set(targets.subarray(row * numLabels, (row + 1) * numLabels), i * numLabels);
  });
  return {
    [GIVEN.cacheFeatures]: {
      dtype: 'float32',
      shape: [train.length, dimension],
      data: features,
    },
    [GIVEN.cacheTargets]: { dtype: 'uint8', shape: [train.length, numLabels], data: known },
  };
}
