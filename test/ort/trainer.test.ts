import { describe, expect, it } from 'vitest';
import { drawEpoch } from '../../src/ml/data/batches.js';
import { Rng } from '../../src/ml/data/rng.js';
import { labelStatistics } from '../../src/ml/nn/losses/label-statistics.js';
import { embedDimensions, sharedFeeds } from '../../src/ml/train/fit-data.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { Trainer } from '../../src/ml/train/trainer.js';
import { smallProblem } from '../support/ml/small-problem.js';

const data = smallProblem({ samples: 200, image: 6, text: 6, labels: 3 });
const config = fillRunConfig({ head: { kind: 'MLP', hidden: [7], dropout: 0.5 }, mixup: 0.5 });

/** The losses and final weights of an epoch that is cut into stretches of `lengths`. */
async function epochIn(lengths: readonly number[]) {
  const dims = { embeds: embedDimensions(data, 'CONCAT'), numLabels: 3 };
  const statistics = labelStatistics(data.targets, 3, data.train);
  const step = buildTrainStep(config, dims, 20, statistics);
  const rng = Rng.fromSeed(1);
  const shared = sharedFeeds(data, 'CONCAT');
  const trainer = await Trainer.open({
    engine: onnxEngine,
    config,
    step,
    numLabels: 3,
    shared,
    rng,
    threads: 1,
  });
  try {
    const order = drawEpoch(data.train, 20, rng);
    const losses: number[] = [];
    let from = 0;
    for (const steps of lengths) {
      const learningRate = () => 0.01;
      losses.push(...(await trainer.run({ order, from, steps, before: 0, learningRate })));
      from += steps;
    }
    expect(from).toBe(order.steps);
    return { losses, state: await trainer.state(), rng: rng.state() };
  } finally {
    await trainer.close();
  }
}

describe('the trainer', () => {
  it('computes the same however an epoch is cut into runs', async () => {
    const whole = await epochIn([7]);
    expect(await epochIn([1, 1, 1, 1, 1, 1, 1])).toEqual(whole);
    expect(await epochIn([2, 4, 1])).toEqual(whole);
  });
});
