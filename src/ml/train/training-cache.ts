import { GIVEN } from '../nn/heads/given.js';
import type { Tensors } from '../runtime/session.js';
import type { Engine, EngineOptions } from './engine.js';
import { buildUnitFeatures, type ModelConfig, type ModelDimensions } from './model.js';
import type { SampleSource } from './sample-source.js';
import { trainedRows } from './trained-rows.js';

/** The fused features, of length 1, and targets of the samples that are trained on, as heads with a cache take them. */
export async function trainingCache(
  engine: Engine,
  model: { config: ModelConfig; dims: ModelDimensions; source: SampleSource },
  options: EngineOptions,
  signal?: AbortSignal,
): Promise<Tensors> {
  const { features, width, targets, numLabels } = await trainedRows(
    engine,
    model,
    (embeds) => buildUnitFeatures(embeds, model.config.fusion),
    options,
    signal,
  );
  const samples = features.length / width;
  return {
    [GIVEN.cacheFeatures]: { dtype: 'float32', shape: [samples, width], data: features },
    [GIVEN.cacheTargets]: { dtype: 'uint8', shape: [samples, numLabels], data: targets },
  };
}
