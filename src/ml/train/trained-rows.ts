import { cutRows } from '../data/rows.js';
import { dedupe } from '../graph/dedupe.js';
import type { Node } from '../graph/node.js';
import { verify } from '../graph/verify.js';
import type { ByModality } from '../nn/modality.js';
import type { Tensors } from '../runtime/session.js';
import type { Engine, EngineOptions } from './engine.js';
import type { ModelConfig, ModelDimensions } from './model.js';
import { ROWS_AT_ONCE } from './rows-at-once.js';
import { embedsIn } from './sample-features.js';
import { FEEDS, gatherBatch } from './sample-feeds.js';
import type { SampleSource } from './sample-source.js';

/** Row by row the samples that are trained on: features `[n, width]` and targets `[n, numLabels]`. */
export interface TrainedRows {
  readonly features: Float32Array;
  readonly width: number;
  readonly targets: Uint8Array;
  readonly numLabels: number;
}

/** @param build the features `[B, width]` of embeddings, each `[B, its dimension]`, scaled */
export async function trainedRows(
  engine: Engine,
  { config, dims, source }: { config: ModelConfig; dims: ModelDimensions; source: SampleSource },
  build: (embeds: ByModality<Node>) => Node,
  options: EngineOptions,
  signal?: AbortSignal,
): Promise<TrainedRows> {
  const { train, numLabels } = source;
  const batch = gatherBatch(config, dims, 'rows');
  const built = build(embedsIn(batch.features, config.fusion.kind, dims.embeds));
  const width = built.shape[1] as number;
  const features = new Float32Array(train.length * width);
  const graph = verify(dedupe({ outputs: { built } }));
  const withoutTargets = ({ [FEEDS.targets]: _, ...tensors }: Tensors): Tensors => tensors;
  const shared = withoutTargets(options.shared);
  const runner = await engine.openGraph(graph, { ...options, shared });
  try {
    let from = 0;
    for await (const { feeds, rows } of source.windows(cutRows(train, ROWS_AT_ONCE))) {
      signal?.throwIfAborted();
      const feed = { dtype: 'int32', shape: [rows.length], data: rows } as const;
      const outputs = await runner.run({ ...withoutTargets(feeds), [FEEDS.rows]: feed });
      features.set(outputs.built!.data as Float32Array, from * width);
      from += rows.length;
    }
  } finally {
    await runner.close();
  }
  return { features, width, targets: source.targetsOf(train), numLabels };
}
