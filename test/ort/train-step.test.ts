import { describe, expect, it } from 'vitest';
import { drawEpoch } from '../../src/ml/data/batches.js';
import { Rng } from '../../src/ml/data/rng.js';
import { labelStatistics } from '../../src/ml/nn/losses/label-statistics.js';
import { STEP_OPTIMIZERS, stepOptimizer } from '../../src/ml/nn/optimizers/table.js';
import { embedDimensions, sharedFeeds } from '../../src/ml/train/fit-data.js';
import { labelTensors, usedBy } from '../../src/ml/train/given-tensors.js';
import { initialState } from '../../src/ml/train/initial-state.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { stepFeeds } from '../../src/ml/train/step-feeds.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { Trainer } from '../../src/ml/train/trainer.js';
import { expectClose } from '../support/ml/close.js';
import { repeatStep } from '../support/ml/reference-training.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { problemOf } from '../support/ml/token-problem.js';
import {
  HEAD_CASES,
  LOSS_CASES,
  nameOf,
  OPTIMIZER_CASES,
  VARIANTS,
} from '../support/ml/variants.js';

const PROBLEM = smallProblem({ samples: 60, image: 6, text: 6, labels: 3 });
const [first] = OPTIMIZER_CASES;
const head = HEAD_CASES[1]!;
/** Every model with one optimizer, and every optimizer and every loss with mixup with one model. */
const CASES: { name: string; config: object }[] = [
  ...VARIANTS.map(({ name, config }) => ({ name, config: { ...config, optimizer: first } })),
  ...OPTIMIZER_CASES.map((optimizer) => ({ name: nameOf(optimizer), config: { head, optimizer } })),
  ...LOSS_CASES.map((loss) => {
    return {
      name: `mixup × ${nameOf(loss)}`,
      config: { head, loss, mixup: 0.4, optimizer: first },
    };
  }),
];

describe('an epoch with a partial last batch in ONNX Runtime', () => {
  it.each(CASES)('equals the reference: $name', async ({ config: variant }) => {
    const config = fillRunConfig(variant);
    const data = problemOf(config.head, PROBLEM);
    const { numLabels, tokens } = data;
    const { kind } = config.fusion;
    const dims = { embeds: embedDimensions(data, kind), tokens, numLabels };
    const statistics = labelStatistics(data.targets, numLabels, data.train);
    const step = buildTrainStep(config, dims, 16, statistics);
    const given = labelTensors(config.head, data, dims);
    const shared = { ...sharedFeeds(data, kind), ...usedBy(step.graph, given) };
    const learningRate = () => stepOptimizer(config.optimizer).learningRate;
    const order = drawEpoch(repeated(data.train, 3), 16, Rng.fromSeed(4));
    expect(order.counts.at(-1)).toBeLessThan(16);
    const stretch = { order, from: 0, steps: order.steps, before: 0, learningRate };

    const rng = Rng.fromSeed(5);
    const start = initialState(step, rng, given);
    const feeds = { ...shared, ...stepFeeds({ config, step, numLabels, rng }, stretch) };
    const reference = repeatStep(step.graph, start, feeds);

    const options = {
      engine: onnxEngine,
      config,
      step,
      numLabels,
      shared,
      rng: Rng.fromSeed(5),
      threads: 1,
    };
    const trainer = await Trainer.open(options, initialState(step, options.rng, given));
    try {
      const losses = await trainer.run(stretch);
      expectClose(losses, reference.losses, { absolute: 1e-6, relative: 1e-5 }, 'loss');
      const state = await trainer.state();
      for (const [name, { data: expected }] of Object.entries(reference.states)) {
        const actual = state[name]!.data as Float32Array;
        expectClose(actual, expected, { absolute: 2e-4, relative: 1e-3 }, name);
      }
    } finally {
      await trainer.close();
    }
  });

  it('is checked for every optimizer of the table', () => {
    const kinds = new Set(OPTIMIZER_CASES.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(Object.keys(STEP_OPTIMIZERS)));
  });
});

function repeated(samples: Int32Array, times: number): Int32Array {
  return Int32Array.from(
    { length: samples.length * times },
    (_, i) => samples[i % samples.length]!,
  );
}
