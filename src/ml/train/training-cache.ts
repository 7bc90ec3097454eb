import { cutRows } from '../data/rows.js';
import { dedupe } from '../graph/dedupe.js';
import { verify } from '../graph/verify.js';
import { GIVEN } from '../nn/heads/given.js';
import type { Tensors } from '../runtime/session.js';
import type { Engine, EngineOptions } from './engine.js';
import { buildUnitFeatures, type ModelConfig, type ModelDimensions } from './model.js';
import { FEEDS, gatherBatch } from './sample-feeds.js';
import type { SampleSource } from './sample-source.js';

/** Rows at once. */
const CHUNK = 2048;

/** The fused features, of length 1, and targets of the samples that are trained on, as heads with a cache take them. */
export async function trainingCache(
  engine: Engine,
  { config, dims, source }: { config: ModelConfig; dims: ModelDimensions; source: SampleSource },
  options: EngineOptions,
  signal?: AbortSignal,
): Promise<Tensors> {
  const { train, numLabels } = source;
  const { embeds } = gatherBatch(config, dims, 'rows');
  const built = buildUnitFeatures(embeds, config.fusion);
  const dimension = built.shape[1] as number;
  const features = new Float32Array(train.length * dimension);
  const graph = verify(dedupe({ outputs: { features: built } }));
  const withoutTargets = ({ [FEEDS.targets]: _, ...tensors }: Tensors): Tensors => tensors;
  const shared = withoutTargets(options.shared);
  const runner = await engine.openGraph(graph, { ...options, shared });
  try {
    let from = 0;
    for await (const { feeds, rows } of source.windows(cutRows(train, CHUNK))) {
      signal?.throwIfAborted();
      const feed = { dtype: 'int32', shape: [rows.length], data: rows } as const;
      const outputs = await runner.run({ ...withoutTargets(feeds), [FEEDS.rows]: feed });
      features.set(outputs.features!.data as Float32Array, from * dimension);
      from += rows.length;
    }
  } finally {
    await runner.close();
  }
  return {
    [GIVEN.cacheFeatures]: {
      dtype: 'float32',
      shape: [train.length, dimension],
      data: features,
    },
    [GIVEN.cacheTargets]: {
      dtype: 'uint8',
      shape: [train.length, numLabels],
      data: source.targetsOf(train),
    },
  };
}
