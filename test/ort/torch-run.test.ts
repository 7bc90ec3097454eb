import { describe, it } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import { sharedFeeds } from '../../src/ml/train/fit-data.js';
import { initialState } from '../../src/ml/train/initial-state.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { Trainer } from '../../src/ml/train/trainer.js';
import { expectClose } from '../support/ml/close.js';
import { labelCounts } from '../support/ml/label-counts.js';
import { torchFixture } from '../support/ml/torch-fixture.js';

describe('a whole run', () => {
  it('has the losses and weights that PyTorch has, partial batches and weight decay included', async () => {
    const { run } = torchFixture;
    const config = fillRunConfig({
      head: { kind: 'MLP', hidden: [4], activation: 'GELU', dropout: 0 },
      optimizer: { kind: 'ADAMW', learningRate: 0.02, weightDecay: 0.1 },
    });
    const none = Int32Array.of();
    const data = {
      features: {
        image: { data: Float32Array.from(run.image), dimension: 3 },
        text: { data: Float32Array.from(run.text), dimension: 2 },
      },
      targets: Uint8Array.from(run.targets),
      numLabels: 2,
      train: none,
      validation: none,
      test: none,
    };
    const dims = { embeds: { image: 3, text: 2 }, numLabels: 2 };
    const step = buildTrainStep(config, dims, 5, labelCounts(5, [1, 1]));
    const start: Record<string, TensorData> = initialState(step, Rng.fromSeed(1));
    for (const [name, { shape, values }] of Object.entries(run.start)) {
      start[name] = { dtype: 'float32', shape, data: Float32Array.from(values) };
    }
    const rows = new Int32Array(run.batches.length * 5);
    run.batches.forEach((batch, i) => {
      rows.set(batch, i * 5);
    });
    const counts = Int32Array.from(run.batches, (batch) => batch.length);
    const shared = sharedFeeds(data, 'CONCAT');
    const options = {
      engine: onnxEngine,
      config,
      step,
      numLabels: 2,
      shared,
      rng: Rng.fromSeed(1),
      threads: 1,
    };
    const trainer = await Trainer.open(options, start);
    try {
      const losses = await trainer.run({
        order: { steps: run.batches.length, rows, counts },
        from: 0,
        steps: run.batches.length,
        before: 0,
        learningRate: () => 0.02,
      });
      expectClose(losses, run.losses, { absolute: 1e-6, relative: 1e-5 }, 'loss');
      const state = await trainer.state();
      for (const [name, values] of Object.entries(run.final)) {
        const actual = state[name]!.data as Float32Array;
        expectClose(actual, values, { absolute: 1e-5, relative: 1e-4 }, name);
      }
    } finally {
      await trainer.close();
    }
  });
});
