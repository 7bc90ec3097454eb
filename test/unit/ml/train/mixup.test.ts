import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { sharedFeeds } from '../../../../src/ml/train/fit-data.js';
import { initialState } from '../../../../src/ml/train/initial-state.js';
import { fillRunConfig } from '../../../../src/ml/train/run-config.js';
import { stepFeeds } from '../../../../src/ml/train/step-feeds.js';
import { buildTrainStep } from '../../../../src/ml/train/train-step.js';
import { expectClose } from '../../../support/ml/close.js';
import { labelCounts } from '../../../support/ml/label-counts.js';
import { repeatStep } from '../../../support/ml/reference-training.js';
import { smallProblem } from '../../../support/ml/small-problem.js';

const [D, L] = [3, 2];
const data = smallProblem({ samples: 5, image: D, text: D, labels: L });
const at = <T extends { [index: number]: number }>(array: T, row: number, width: number) =>
  Array.from({ length: width }, (_, i) => array[row * width + i]!);

describe('a step with mixup', () => {
  it('has loss and gradient of mixed embeddings and targets, and fill rows no part in it', () => {
    const config = fillRunConfig({
      head: { kind: 'LINEAR' },
      fusion: { kind: 'IMAGE_ONLY' },
      optimizer: { kind: 'SGD', momentum: 0 },
      mixup: 0.5,
    });
    const statistics = labelCounts(5, [1, 1]);
    const step = buildTrainStep(config, { embeds: { image: D }, numLabels: L }, 5, statistics);
    const rng = Rng.fromSeed(1);
    const start = initialState(step, rng);
    // Rows 4, 0 and 3; row 4 fills the batch up.
    const order = { steps: 1, rows: Int32Array.of(4, 0, 3, 4, 4), counts: Int32Array.of(3) };
    const stretch = { order, from: 0, steps: 1, before: 0, learningRate: () => 1 };
    const feeds = stepFeeds({ config, step, numLabels: L, rng }, stretch);
    const result = repeatStep(step.graph, start, { ...sharedFeeds(data, 'IMAGE_ONLY'), ...feeds });

    const share = feeds['mixup.share']!.data[0] as number;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.99);
    const [weight, bias] = ['head.output.weight', 'head.output.bias'].map((name) => {
      return [...(start[name]!.data as Float32Array)];
    }) as [number[], number[]];
    const [newWeight, newBias] = [[...weight], [...bias]];
    const mixed = (own: number[], others: number[]) =>
      own.map((x, i) => share * x + (1 - share) * others[i]!);
    let loss = 0;
    for (const [own, other] of [
      [4, 0],
      [0, 3],
      [3, 4],
    ] as const) {
      const image = data.features.image!.data;
      const x = mixed(at(image, own, D), at(image, other, D)).map((value) => value * Math.sqrt(D));
      const y = mixed(at(data.targets, own, L), at(data.targets, other, L));
      for (let label = 0; label < L; label++) {
        const row = at(weight, label, D);
        const z = x.reduce((sum, value, i) => sum + value * row[i]!, bias[label]!);
        loss += (Math.log(1 + Math.exp(z)) - y[label]! * z) / (3 * L);
        const slope = (1 / (1 + Math.exp(-z)) - y[label]!) / (3 * L);
        newBias[label]! -= slope;
        for (let i = 0; i < D; i++) newWeight[label * D + i]! -= slope * x[i]!;
      }
    }
    const near = { absolute: 1e-7, relative: 1e-7 };
    expectClose(result.losses, [loss], near, 'loss');
    expectClose(result.states['head.output.weight']!.data, newWeight, near, 'weight');
    expectClose(result.states['head.output.bias']!.data, newBias, near, 'bias');
  });

  it('draws another share for every step', () => {
    const config = fillRunConfig({ head: { kind: 'LINEAR' }, mixup: 0.5 });
    const dims = { embeds: { image: D, text: D }, numLabels: L };
    const step = buildTrainStep(config, dims, 1, labelCounts(5, [1, 1]));
    const order = { steps: 4, rows: Int32Array.of(0, 1, 2, 3), counts: Int32Array.of(1, 1, 1, 1) };
    const stretch = { order, from: 0, steps: 4, before: 0, learningRate: () => 1 };
    const source = { config, step, numLabels: L, rng: Rng.fromSeed(1) };
    const shares = stepFeeds(source, stretch)['mixup.share']!.data as Float32Array;
    expect(new Set(shares).size).toBe(4);
  });
});
