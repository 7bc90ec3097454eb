import { describe, expect, it } from 'vitest';
import { drawEpoch } from '../../src/ml/data/batches.js';
import { Rng } from '../../src/ml/data/rng.js';
import { labelStatistics } from '../../src/ml/nn/losses/label-statistics.js';
import { STEP_OPTIMIZERS, stepOptimizer } from '../../src/ml/nn/optimizers/table.js';
import { tensorFlowEngine } from '../../src/ml/tensorflow/tensorflow-engine.js';
import type { Engine } from '../../src/ml/train/engine.js';
import { fit } from '../../src/ml/train/fit.js';
import { embedDimensions, sharedFeeds } from '../../src/ml/train/fit-data.js';
import { fitUntrained } from '../../src/ml/train/fit-untrained.js';
import { labelTensors, usedBy } from '../../src/ml/train/given-tensors.js';
import { initialState } from '../../src/ml/train/initial-state.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig, type RunConfig } from '../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { Trainer } from '../../src/ml/train/trainer.js';
import { expectClose } from '../support/ml/close.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { tf } from '../support/ml/tensorflow.js';
import { problemOf } from '../support/ml/token-problem.js';
import { BASE, EACH_ONCE, OPTIMIZER_CASES, UNTRAINED_CASES } from '../support/ml/variants.js';

const PROBLEM = smallProblem({ samples: 60, image: 6, text: 6, labels: 3 });
const tensorFlow = tensorFlowEngine(tf);
const [STEPS, BATCH] = [20, 17];

async function openTrainer(engine: Engine, config: RunConfig) {
  const data = problemOf(config.head, PROBLEM);
  const { numLabels, tokens } = data;
  const { kind } = config.fusion;
  const statistics = labelStatistics(data.targets, numLabels, data.train);
  const dims = { embeds: embedDimensions(data, kind), tokens, numLabels };
  const step = buildTrainStep(config, dims, BATCH, statistics);
  const given = labelTensors(config.head, data, dims);
  const shared = { ...sharedFeeds(data, kind), ...usedBy(step.graph, given) };
  const rng = Rng.fromSeed(5);
  const start = initialState(step, rng, given);
  return Trainer.open({ engine, config, step, numLabels, shared, rng, threads: 1 }, start);
}

/** Twenty steps, the last of them with a partial batch. */
function stretchOf({ optimizer }: RunConfig) {
  const samples = Int32Array.from({ length: STEPS * BATCH - 4 }, (_, i) => {
    return PROBLEM.train[i % PROBLEM.train.length]!;
  });
  const order = drawEpoch(samples, BATCH, Rng.fromSeed(4));
  expect(order.steps).toBe(STEPS);
  const learningRate = () => stepOptimizer(optimizer).learningRate;
  return { order, from: 0, steps: STEPS, before: 0, learningRate };
}

async function trainOn(engine: Engine, config: RunConfig) {
  const trainer = await openTrainer(engine, config);
  try {
    return { losses: await trainer.run(stretchOf(config)), state: await trainer.state() };
  } finally {
    await trainer.close();
  }
}

describe('TensorFlow.js and ONNX Runtime, from the same seed', () => {
  it.each([...EACH_ONCE])('have the same first 20 losses: %s', async (_name, given) => {
    const config = fillRunConfig(given);
    const ours = await trainOn(onnxEngine, config);
    const theirs = await trainOn(tensorFlow, config);
    expectClose(theirs.losses, ours.losses, { absolute: 0, relative: 1e-4 }, 'loss');
    expect(new Set(ours.losses).size).toBeGreaterThan(STEPS / 2);
    // The sums of gradients among the states: an optimizer that divides by them would hide a wrong factor in the losses.
    expect(Object.keys(theirs.state)).toEqual(Object.keys(ours.state));
    for (const [name, { data: expected, shape }] of Object.entries(ours.state)) {
      expect(theirs.state[name]!.shape).toEqual(shape);
      const values = expected as Float32Array;
      const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const actual = theirs.state[name]!.data as Float32Array;
      expectClose(actual, values, { absolute: 1e-3 * largest, relative: 1e-3 }, name);
    }
  });

  it.each(UNTRAINED_CASES)(
    'have the same record and scores of a head with nothing to train: %o',
    async (head) => {
      const config = fillRunConfig({ head, fusion: { kind: 'MEAN' } });
      const options = { data: PROBLEM, config, seed: 3, threads: 1 };
      const ours = await fitUntrained({ ...options, engine: onnxEngine });
      const before = tf.memory().numTensors;
      const theirs = await fitUntrained({ ...options, engine: tensorFlow });
      expect(tf.memory().numTensors).toBe(before);
      const losses = ({ history }: typeof ours) => [
        history[0]!.trainLoss,
        history[0]!.validationLoss!,
      ];
      expectClose(losses(theirs), losses(ours), { absolute: 0, relative: 1e-4 });
      for (const split of ['validation', 'test'] as const) {
        expectClose(theirs.scores[split]!, ours.scores[split]!, { absolute: 1e-5, relative: 1e-4 });
      }
    },
  );

  it('are compared for every optimizer of the table', () => {
    const kinds = new Set(OPTIMIZER_CASES.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(Object.keys(STEP_OPTIMIZERS)));
  });
});

describe('TensorFlow.js', () => {
  it('keeps no tensor but the state from step to step, and none after the end', async () => {
    const config = fillRunConfig(BASE);
    const before = tf.memory().numTensors;
    const trainer = await openTrainer(tensorFlow, config);
    const opened = tf.memory().numTensors;
    const stretch = stretchOf(config);
    for (const [from, steps] of [
      [0, 1],
      [1, 1],
      [2, 5],
    ] as const) {
      await trainer.run({ ...stretch, from, steps });
      expect(tf.memory().numTensors).toBe(opened);
    }
    await trainer.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the epochs of ONNX Runtime, and goes on from its checkpoint', async () => {
    const config = fillRunConfig({ ...BASE, epochs: 4, batchSize: BATCH, earlyStopping: null });
    const checkpoints: Uint8Array[] = [];
    const options = { data: PROBLEM, config, seed: 3, threads: 1 };
    const ours = await fit({
      ...options,
      engine: onnxEngine,
      saveCheckpoint: (bytes) => {
        checkpoints.push(bytes);
      },
    });
    const before = tf.memory().numTensors;
    const theirs = await fit({ ...options, engine: tensorFlow });
    const resumed = await fit({ ...options, engine: tensorFlow, checkpoint: checkpoints[1]! });
    expect(tf.memory().numTensors).toBe(before);
    for (const result of [theirs, resumed]) {
      const losses = (history: typeof ours.history) =>
        history.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss!]);
      expectClose(losses(result.history), losses(ours.history), { absolute: 0, relative: 1e-4 });
      expectClose(result.scores.test!, ours.scores.test!, { absolute: 1e-4, relative: 1e-3 });
    }
  });
});
