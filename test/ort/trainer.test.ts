import { describe, expect, it } from 'vitest';
import { drawEpoch } from '../../src/ml/data/batches.js';
import { Rng } from '../../src/ml/data/rng.js';
import { labelStatistics } from '../../src/ml/nn/losses/label-statistics.js';
import type { Tensors } from '../../src/ml/runtime/session.js';
import { embedDimensions, sharedFeeds } from '../../src/ml/train/fit-data.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig, type RunConfig } from '../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { Trainer } from '../../src/ml/train/trainer.js';
import { expectClose } from '../support/ml/close.js';
import { smallProblem } from '../support/ml/small-problem.js';

const data = smallProblem({ samples: 200, image: 6, text: 6, labels: 3 });
const config = fillRunConfig({ head: { kind: 'MLP', hidden: [7], dropout: 0.5 }, mixup: 0.5 });

/** What each run of an epoch leaves that is cut into stretches of `lengths`. */
async function epochIn(lengths: readonly number[], of: RunConfig = config) {
  const dims = { embeds: embedDimensions(data, 'CONCAT'), numLabels: 3 };
  const statistics = labelStatistics(data.targets, 3, data.train);
  const step = buildTrainStep(of, dims, 20, statistics);
  const rng = Rng.fromSeed(1);
  const shared = sharedFeeds(data, 'CONCAT');
  const trainer = await Trainer.open({
    engine: onnxEngine,
    config: of,
    step,
    numLabels: 3,
    shared,
    rng,
    threads: 1,
  });
  try {
    const order = drawEpoch(data.train, 20, rng);
    const losses: number[] = [];
    const states: Tensors[] = [];
    let from = 0;
    for (const steps of lengths) {
      const learningRate = () => 0.01;
      losses.push(...(await trainer.run({ order, from, steps, before: 0, learningRate })));
      states.push(await trainer.state());
      from += steps;
    }
    expect(from).toBe(order.steps);
    return { losses, states, weights: await trainer.weights(), rng: rng.state() };
  } finally {
    await trainer.close();
  }
}

describe('the trainer', () => {
  it('computes the same however an epoch is cut into runs', async () => {
    const end = ({ states, ...rest }: Awaited<ReturnType<typeof epochIn>>) => ({
      ...rest,
      state: states.at(-1),
    });
    const whole = end(await epochIn([7]));
    expect(end(await epochIn([1, 1, 1, 1, 1, 1, 1]))).toEqual(whole);
    expect(end(await epochIn([2, 4, 1]))).toEqual(whole);
  });

  it('averages the statistics of batch norm as it does the parameters', async () => {
    const decay = 0.7;
    const head = { kind: 'MLP', hidden: [7], batchNorm: true };
    const optimizer = { kind: 'ADAMW', learningRate: 0.01, averageDecay: decay };
    const { states, weights } = await epochIn(
      [1, 1, 1, 1, 1, 1, 1],
      fillRunConfig({ head, optimizer }),
    );
    const names = Object.keys(weights);
    expect(names.filter((name) => /\.(mean|variance)$/.test(name))).toHaveLength(2);
    for (const name of names) {
      const shares = states.map((_, step) => decay ** (states.length - 1 - step));
      const total = shares.reduce((a, b) => a + b);
      const averages = Array.from(weights[name]!.data as Float32Array, (_, i) =>
        states.reduce((sum, state, step) => {
          return sum + (shares[step]! / total) * (state[name]!.data as Float32Array)[i]!;
        }, 0),
      );
      expectClose(
        weights[name]!.data as Float32Array,
        averages,
        { absolute: 1e-6, relative: 1e-5 },
        name,
      );
    }
  });
});
