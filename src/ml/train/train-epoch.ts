import { drawEpoch } from '../data/batches.js';
import type { Rng } from '../data/rng.js';
import { learningRateAt } from '../nn/optimizers/table.js';
import { DivergedError } from './diverged.js';
import type { Pace } from './pace.js';
import type { RunConfig } from './run-config.js';
import type { Trainer } from './trainer.js';

export interface StepProgress {
  /** From 1. */
  readonly epoch: number;
  /** Steps done, and in all if no epoch is saved by early stopping. */
  readonly step: number;
  readonly totalSteps: number;
}

export interface EpochOptions {
  readonly trainer: Trainer;
  readonly rng: Rng;
  readonly pace: Pace;
  readonly config: RunConfig;
  /** Rows of the dataset. */
  readonly samples: Int32Array;
  /** From 1. */
  readonly epoch: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StepProgress) => void) | undefined;
}

/** Runs every step of an epoch; throws `DivergedError` at the first that leaves the finite numbers. */
export async function trainEpoch(
  options: EpochOptions,
): Promise<{ trainLoss: number; learningRate: number }> {
  const { trainer, rng, pace, config, samples, epoch, signal } = options;
  const order = drawEpoch(samples, trainer.batchSize, rng);
  const before = (epoch - 1) * order.steps;
  const totalSteps = config.epochs * order.steps;
  const learningRate = (step: number) =>
    learningRateAt(config.optimizer, { step, stepsPerEpoch: order.steps, totalSteps });
  let lossSum = 0;
  for (let from = 0; from < order.steps; ) {
    signal?.throwIfAborted();
    const steps = pace.next(order.steps - from);
    const started = performance.now();
    const losses = await trainer.run({ order, from, steps, before, learningRate });
    pace.record(steps, performance.now() - started);
    losses.forEach((loss, i) => {
      if (!Number.isFinite(loss)) throw new DivergedError(epoch, from + i + 1, 'the training loss');
      lossSum += loss * order.counts[from + i]!;
    });
    from += steps;
    options.onProgress?.({ epoch, step: before + from, totalSteps });
  }
  trainer.checkFinite(epoch);
  return {
    trainLoss: lossSum / samples.length,
    learningRate: learningRate(before + order.steps - 1),
  };
}
