import { drawEpoch } from '../data/batches.js';
import type { Rng } from '../data/rng.js';
import { learningRateAt, stepOptimizer } from '../nn/optimizers/table.js';
import { DivergedError } from './diverged.js';
import { epochParts } from './epoch-parts.js';
import type { Pace } from './pace.js';
import type { RunConfig } from './run-config.js';
import type { SampleSource } from './sample-source.js';
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
  readonly source: SampleSource;
  /** From 1. */
  readonly epoch: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StepProgress) => void) | undefined;
}

/** Runs every step of an epoch; throws `DivergedError` at the first that leaves the finite numbers. */
export async function trainEpoch(
  options: EpochOptions,
): Promise<{ trainLoss: number; learningRate: number }> {
  const { trainer, rng, pace, config, source, epoch, signal } = options;
  const order = drawEpoch(source.train, trainer.batchSize, rng);
  const before = (epoch - 1) * order.steps;
  const totalSteps = config.epochs * order.steps;
  const optimizer = stepOptimizer(config.optimizer);
  const learningRate = (step: number) =>
    learningRateAt(optimizer, { step, stepsPerEpoch: order.steps, totalSteps });
  let lossSum = 0;
  let done = 0;
  for await (const { order: part, feeds } of epochParts(source, order)) {
    const beforePart = before + done;
    for (let from = 0; from < part.steps; ) {
      signal?.throwIfAborted();
      const steps = pace.next(part.steps - from);
      const started = performance.now();
      const stretch = { order: part, from, steps, before: beforePart, learningRate };
      const losses = await trainer.run(stretch, feeds);
      pace.record(steps, performance.now() - started);
      losses.forEach((loss, i) => {
        if (!Number.isFinite(loss)) {
          throw new DivergedError(epoch, done + i + 1, 'the training loss');
        }
        lossSum += loss * part.counts[from + i]!;
      });
      from += steps;
      done += steps;
      options.onProgress?.({ epoch, step: before + done, totalSteps });
    }
  }
  await trainer.checkFinite(epoch);
  return {
    trainLoss: lossSum / source.train.length,
    learningRate: learningRate(before + order.steps - 1),
  };
}
