import type { EpochGround, EpochSource } from './epoch-source.js';
import type { FitOptions } from './fit.js';
import { usedBy } from './given-tensors.js';
import { initialState } from './initial-state.js';
import { Pace } from './pace.js';
import { trainEpoch } from './train-epoch.js';
import { buildTrainStep } from './train-step.js';
import { Trainer } from './trainer.js';

/** Epochs of steps on batches. */
export async function openStepEpochs(
  { config, engine, signal, onProgress }: FitOptions,
  { source, dims, statistics, given, threads, rng, state }: EpochGround,
): Promise<EpochSource> {
  const { numLabels } = dims;
  const batchSize = Math.min(config.batchSize, source.train.length);
  const step = buildTrainStep(config, dims, batchSize, statistics);
  const shared = { ...source.shared, ...usedBy(step.graph, given) };
  const trainer = await Trainer.open(
    { engine, config, step, numLabels, shared, rng, threads },
    state ?? initialState(step, rng, given),
  );
  const pace = new Pace(trainer.stepLimit, engine.runMilliseconds);
  return {
    state: () => trainer.state(),
    weights: () => trainer.weights(),
    run: (epoch) => trainEpoch({ trainer, rng, pace, config, source, epoch, signal, onProgress }),
    close: () => trainer.close(),
  };
}
