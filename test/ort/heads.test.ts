import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import { Session } from '../../src/ml/runtime/session.js';
import { buildForward, exportHead } from '../../src/ml/train/export-head.js';
import { initialState } from '../../src/ml/train/initial-state.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { expectClose } from '../support/ml/close.js';
import { randomValue } from '../support/ml/random.js';
import { toValue } from '../support/ml/reference-training.js';
import { HEAD_CASES } from '../support/ml/variants.js';

const DIMS = { embeds: { image: 5, text: 4 }, numLabels: 3 };

describe('an exported head', () => {
  it.each(HEAD_CASES)('has the reference’s logits for any number of rows: %o', async (head) => {
    const config = fillRunConfig({ head });
    const step = buildTrainStep(config, DIMS, 4, { samples: 1, positives: [1, 1, 1] });
    const rng = Rng.fromSeed(3);
    const weights: Record<string, TensorData> = {};
    const start = initialState(step, rng);
    for (const { name, shape } of step.parameters) {
      const values = start[name]!.data as Float32Array;
      const data = Float32Array.from(values, (x) => x + rng.uniform() - 0.5);
      weights[name] = { dtype: 'float32', shape, data };
    }
    const graph = buildForward(config, DIMS);
    const session = await Session.open(exportHead(config, DIMS, weights), { threads: 1 });
    try {
      for (const rows of [1, 7]) {
        const feeds: Record<string, TensorData> = {};
        for (const [name, length] of [
          ['image_embeds', 5],
          ['text_embeds', 4],
        ] as const) {
          const { data } = randomValue([rows, length], length);
          feeds[name] = { dtype: 'float32', shape: [rows, length], data: Float32Array.from(data) };
        }
        const { logits } = await session.run(feeds);
        const values = Object.entries({ ...weights, ...feeds }).map(([name, tensor]) => {
          return [name, toValue(tensor)];
        });
        const expected = interpret(graph, Object.fromEntries(values)).logits!;
        expect(logits!.shape).toEqual([rows, 3]);
        const tolerance = { absolute: 1e-5, relative: 1e-4 };
        expectClose(logits!.data as Float32Array, expected.data, tolerance);
      }
    } finally {
      await session.close();
    }
  });
});
