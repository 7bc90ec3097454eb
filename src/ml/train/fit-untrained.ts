import { GIVEN } from '../nn/heads/given.js';
import { buildEvaluation } from './evaluation-graph.js';
import { type Evaluation, Evaluator } from './evaluator.js';
import { exportHead } from './export-head.js';
import { type FitOptions, type FitResult, validationOf } from './fit.js';
import { labelTensors, takes, usedBy } from './given-tensors.js';
import { openSamples } from './open-samples.js';
import type { SampleSource } from './sample-source.js';
import { splitStatistics } from './split-statistics.js';
import { trainingCache } from './training-cache.js';

/**
 * What `fit` does, for a head with nothing to train: one pass over the splits, one epoch's record at a learning rate of 0,
 * no checkpoint. Its training loss is that of the head as it is; one with a cache finds every sample itself there.
 */
export async function fitUntrained(options: FitOptions): Promise<FitResult> {
  const source = await openSamples(options.data, options.config.fusion.kind);
  try {
    return await fitSource(options, source);
  } finally {
    await source.close();
  }
}

async function fitSource(options: FitOptions, source: SampleSource): Promise<FitResult> {
  const { config, engine, signal } = options;
  const { train, validation, test, embeds, numLabels, shared, hasUnknowns } = source;
  const started = performance.now();
  signal?.throwIfAborted();
  const dims = { embeds, numLabels, hasUnknowns, cached: train.length };
  const statistics = splitStatistics(source, train);
  const threads = config.deterministic ? 1 : options.threads;
  const evaluation = buildEvaluation(config, dims, statistics);
  const cache = takes(evaluation, GIVEN.cacheFeatures)
    ? await trainingCache(engine, { config, dims, source }, { shared, threads }, signal)
    : {};
  const given = usedBy(evaluation, { ...cache, ...labelTensors(config.head, source, dims) });
  const evaluator = await Evaluator.open(engine, evaluation, source, {
    shared: { ...shared, ...given },
    threads,
  });
  try {
    const evaluate = async (samples: Int32Array): Promise<Evaluation | null> =>
      samples.length === 0 ? null : evaluator.evaluate(samples, {}, signal);
    const trained = await evaluate(train);
    const validated = await evaluate(validation);
    const tested = await evaluate(test);
    const record = {
      epoch: 1,
      trainLoss: trained!.loss,
      ...validationOf(validated, source, 1),
      learningRate: 0,
      seconds: (performance.now() - started) / 1000,
    };
    await options.onEpoch?.(record);
    return {
      bestEpoch: 1,
      stopReason: 'ALL_EPOCHS',
      history: [record],
      weights: {},
      head: exportHead(config, dims, given),
      scores: { validation: validated?.probs ?? null, test: tested?.probs ?? null },
    };
  } finally {
    await evaluator.close();
  }
}
