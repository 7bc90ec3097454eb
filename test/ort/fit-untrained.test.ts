import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../src/ml/data/unknown.js';
import { fit } from '../../src/ml/train/fit.js';
import type { FitData } from '../../src/ml/train/fit-data.js';
import { fitUntrained } from '../../src/ml/train/fit-untrained.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { expectClose } from '../support/ml/close.js';
import { smallProblem } from '../support/ml/small-problem.js';

const data = smallProblem({ samples: 200, image: 6, text: 6, labels: 3 });
const base = { data, seed: 1, engine: onnxEngine, threads: 1 };

/** The cosine of two samples' images. */
function cosineOf({ features }: FitData, a: number, b: number): number {
  const { data: rows, dimension: d } = features.image!;
  let [dot, left, right] = [0, 0, 0];
  for (let i = 0; i < d; i++) {
    const [x, y] = [rows[a * d + i]!, rows[b * d + i]!];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return dot / Math.sqrt(left * right);
}

describe('a run with nothing to train', () => {
  it('has the votes that brute force counts', async () => {
    const head = { kind: 'KNN', neighbours: 7, sharpness: 3 };
    const config = fillRunConfig({ head, fusion: { kind: 'IMAGE_ONLY' } });
    const { scores, history } = await fitUntrained({ ...base, config });
    const expected = Array.from(data.test, (sample) => {
      const nearest = Array.from(data.train, (row) => ({
        row,
        cosine: cosineOf(data, sample, row),
      }))
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, 7);
      return [0, 1, 2].map((label) => {
        let [votes, all] = [0, 0];
        for (const { row, cosine } of nearest) {
          const weight = Math.exp(3 * cosine);
          all += weight;
          votes += weight * data.targets[row * 3 + label]!;
        }
        return (7 * (votes / all) + 0.5) / 8;
      });
    });
    expectClose(scores.test!, expected.flat(), { absolute: 1e-4, relative: 1e-3 });
    expect(history).toHaveLength(1);
    expect(history[0]!.validation!.meanAveragePrecision).toBeGreaterThan(0.5);
  });

  it('asks neighbours only what is known of them', async () => {
    const targets = data.targets.map((target, at) => (at % 4 === 0 ? UNKNOWN : target));
    const head = { kind: 'KNN', neighbours: 9, sharpness: 0 };
    const config = fillRunConfig({ head, fusion: { kind: 'IMAGE_ONLY' } });
    const { scores } = await fitUntrained({ ...base, data: { ...data, targets }, config });
    const expected = Array.from(data.test, (sample) => {
      const nearest = Array.from(data.train)
        .sort((a, b) => cosineOf(data, sample, b) - cosineOf(data, sample, a))
        .slice(0, 9);
      return [0, 1, 2].map((label) => {
        const votes = nearest.map((row) => targets[row * 3 + label]!);
        const [on, off] = [1, 0].map((vote) => votes.filter((x) => x === vote).length + 0.5);
        return on! / (on! + off!);
      });
    });
    expectClose(scores.test!, expected.flat(), { absolute: 1e-4, relative: 1e-3 });
  });

  it('is one record, that is published once, and no checkpoint', async () => {
    const config = fillRunConfig({
      head: { kind: 'ZERO_SHOT' },
      fusion: { kind: 'MEAN' },
      epochs: 9,
    });
    const epochs: number[] = [];
    const result = await fitUntrained({
      ...base,
      config,
      onEpoch: ({ epoch }) => {
        epochs.push(epoch);
      },
      saveCheckpoint: () => {
        throw new Error('there is nothing to go on from');
      },
    });
    expect(epochs).toEqual([1]);
    expect(result).toMatchObject({ bestEpoch: 1, stopReason: 'ALL_EPOCHS', weights: {} });
    expect(result.history[0]).toMatchObject({ epoch: 1, learningRate: 0 });
    expect(result.history[0]!.trainLoss).toBeGreaterThan(0);
  });

  it('is stopped by its signal', async () => {
    const config = fillRunConfig({ head: { kind: 'KNN' } });
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(fitUntrained({ ...base, config, signal })).rejects.toBe(reason);
  });

  it('says which texts it misses', async () => {
    const config = fillRunConfig({ head: { kind: 'ZERO_SHOT' }, fusion: { kind: 'MEAN' } });
    const without = { ...data, labelEmbeds: undefined };
    await expect(fitUntrained({ ...base, data: without, config })).rejects.toThrow(
      'expected 3 × 6 elements for `labelEmbeds` but received nothing',
    );
  });
});

describe('a training from the labels’ texts', () => {
  const config = fillRunConfig({
    head: { kind: 'COSINE', start: 'LABEL_TEXTS' },
    fusion: { kind: 'MEAN' },
    epochs: 2,
    deterministic: true,
  });

  it('has before its first step the scores of the zero-shot classifier', async () => {
    const still = { ...config, optimizer: { ...config.optimizer, learningRate: 1e-12 } };
    const zeroShot = fillRunConfig({ head: { kind: 'ZERO_SHOT' }, fusion: { kind: 'MEAN' } });
    for (const kind of ['COSINE', 'TEXT_BLENDED'] as const) {
      const head =
        kind === 'COSINE'
          ? still.head
          : fillRunConfig({ head: { kind }, fusion: { kind: 'MEAN' } }).head;
      const { scores } = await fit({ ...base, config: { ...still, head } });
      const expected = await fitUntrained({ ...base, config: zeroShot });
      expectClose(scores.test!, expected.scores.test!, { absolute: 1e-5, relative: 1e-4 });
    }
  });

  it('does not go on from a checkpoint of other texts', async () => {
    const saved: Uint8Array[] = [];
    const keep = (bytes: Uint8Array) => {
      saved.push(bytes);
    };
    await fit({ ...base, config, saveCheckpoint: keep });
    const labelEmbeds = data.labelEmbeds!.map((x) => -x);
    const other = { ...base, config, data: { ...data, labelEmbeds }, checkpoint: saved[0]! };
    await expect(fit(other)).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
  });
});
