import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evaluate } from '../../src/ml/metrics/evaluate.js';
import { Session } from '../../src/ml/runtime/session.js';
import { decodeCheckpoint } from '../../src/ml/train/checkpoint.js';
import type { DivergedError } from '../../src/ml/train/diverged.js';
import type { EpochRecord } from '../../src/ml/train/epoch-record.js';
import { type FitOptions, type FitResult, fit } from '../../src/ml/train/fit.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { smallProblem } from '../support/ml/small-problem.js';

const data = smallProblem({ samples: 400, image: 12, text: 10, labels: 4 });
const small = {
  head: { kind: 'MLP', hidden: [16], dropout: 0.25 },
  optimizer: { kind: 'ADAMW', learningRate: 0.01, schedule: 'WARMUP_COSINE' },
  epochs: 5,
  batchSize: 64,
  earlyStopping: null,
  deterministic: true,
};

const AVERAGED = { ...small.optimizer, averageDecay: 0.9 };

function run(given: object = {}, options: Partial<FitOptions> = {}): Promise<FitResult> {
  const config = fillRunConfig({ ...small, ...given });
  return fit({ data, config, seed: 3, engine: onnxEngine, threads: 2, ...options });
}

function weightsOf({ weights }: FitResult): Record<string, number[]> {
  const entries = Object.entries(weights);
  return Object.fromEntries(entries.map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}

const withoutTime = (history: readonly EpochRecord[]) => history.map((x) => ({ ...x, seconds: 0 }));

/** Whoever opens a session closes it, however training ends. */
let opened: number;
let closed: number;
beforeEach(() => {
  [opened, closed] = [0, 0];
  const [open, close] = [Session.open, Session.prototype.close];
  vi.spyOn(Session, 'open').mockImplementation((model, options) => {
    opened++;
    return open(model, options);
  });
  vi.spyOn(Session.prototype, 'close').mockImplementation(function (this: Session) {
    closed++;
    return close.call(this);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(closed).toBe(opened);
});

describe('fit', () => {
  it('learns, and keeps the best epoch', async () => {
    const result = await run({ epochs: 30 });
    const scores = result.history.map((x) => x.validation!.meanAveragePrecision!);
    expect(Math.max(...scores)).toBeGreaterThan(0.85);
    expect(scores[result.bestEpoch - 1]).toBe(Math.max(...scores));
    expect(result.stopReason).toBe('ALL_EPOCHS');
    expect(result.history[29]!.trainLoss).toBeLessThan(result.history[0]!.trainLoss / 2);
  });

  it.each([
    ['IMAGE_ONLY', small.optimizer, ['image_embeds']],
    ['TEXT_ONLY', small.optimizer, ['text_embeds']],
    ['CONCAT', small.optimizer, ['image_embeds', 'text_embeds']],
    ['CONCAT', AVERAGED, ['image_embeds', 'text_embeds']],
  ])('exports a head that gives the scores it returns: %s, %o', async (kind, optimizer, inputs) => {
    const result = await run({ fusion: { kind }, optimizer, epochs: 2 });
    const session = await Session.open(result.head, { threads: 1 });
    try {
      expect(session.inputs.map(({ name }) => name)).toEqual(inputs);
      expect(session.outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: ['N', 4] }]);
      const feeds = inputs.map((name) => {
        const { data: rows, dimension } =
          data.features[name === 'image_embeds' ? 'image' : 'text']!;
        const from = data.test[0]! * dimension;
        const part = rows.slice(from, from + data.test.length * dimension);
        return [
          name,
          { dtype: 'float32', shape: [data.test.length, dimension], data: part },
        ] as const;
      });
      const { logits } = await session.run(Object.fromEntries(feeds));
      const probs = (logits!.data as Float32Array).map((x) => 1 / (1 + Math.exp(-x)));
      expect(result.scores.test).toHaveLength(data.test.length * 4);
      probs.forEach((p, i) => {
        expect(result.scores.test![i]).toBeCloseTo(p, 6);
      });
    } finally {
      await session.close();
    }
  });

  it('gives the same weights bit for bit from the same seed, and others from another', async () => {
    const [first, second, other] = [await run(), await run(), await run({}, { seed: 4 })];
    expect(weightsOf(second)).toEqual(weightsOf(first));
    expect(withoutTime(second.history)).toEqual(withoutTime(first.history));
    expect(weightsOf(other)).not.toEqual(weightsOf(first));
  });

  it.each([
    ['', {}],
    [' with averages', { optimizer: AVERAGED }],
    [' with mixup', { mixup: 0.4 }],
  ])(
    'goes on from the checkpoint of any epoch to the same end, bit for bit%s',
    async (_, given) => {
      const checkpoints: Uint8Array[] = [];
      const whole = await run(given, { saveCheckpoint: (bytes) => void checkpoints.push(bytes) });
      expect(checkpoints).toHaveLength(5);
      for (const checkpoint of checkpoints) {
        const seen: number[] = [];
        const onEpoch = ({ epoch }: EpochRecord) => void seen.push(epoch);
        const resumed = await run(given, { checkpoint, onEpoch });
        expect(weightsOf(resumed)).toEqual(weightsOf(whole));
        expect(resumed.head).toEqual(whole.head);
        expect(resumed.scores).toEqual(whole.scores);
        expect(withoutTime(resumed.history)).toEqual(withoutTime(whole.history));
        expect(seen).toEqual([1, 2, 3, 4, 5]);
      }
    },
  );

  it('evaluates, keeps and exports averages, and trains on without them', async () => {
    let last: Uint8Array | undefined;
    const saveCheckpoint = (bytes: Uint8Array) => {
      last = bytes;
    };
    const plain = await run({ epochs: 1 });
    const averaged = await run({ epochs: 1, optimizer: AVERAGED }, { saveCheckpoint });
    const [{ trainLoss, validation }] = averaged.history as [EpochRecord];
    expect(trainLoss).toBe(plain.history[0]!.trainLoss);
    const { state } = decodeCheckpoint(last!);
    for (const [name, { data: trained }] of Object.entries(plain.weights)) {
      const { data: average } = state[`${name}.average`]!;
      expect(state[name]!.data).toEqual(trained);
      expect(average).not.toEqual(trained);
      expect(averaged.weights[name]!.data).toEqual(average);
    }
    const rows = [...data.validation].flatMap((row) => [
      ...data.targets.slice(row * 4, row * 4 + 4),
    ]);
    const scores = averaged.scores.validation!;
    expect(validation).toEqual(evaluate(scores, Uint8Array.from(rows), 4, 0.5));
  });

  it('goes on to the same end after early stopping had already decided', async () => {
    const given = { earlyStopping: { metric: 'VALIDATION_LOSS', patience: 1 }, epochs: 50 };
    const options = { kind: 'ADAMW', learningRate: 0.3 };
    let last: Uint8Array | undefined;
    const stopped = await run(
      { ...given, optimizer: options },
      {
        saveCheckpoint: (bytes) => {
          last = bytes;
        },
      },
    );
    expect(stopped.stopReason).toBe('EARLY_STOPPING');
    expect(stopped.history).toHaveLength(stopped.bestEpoch + 1);
    const resumed = await run({ ...given, optimizer: options }, { checkpoint: last });
    expect(resumed.history).toHaveLength(stopped.history.length);
    expect(weightsOf(resumed)).toEqual(weightsOf(stopped));
  });

  it('refuses a checkpoint of another run', async () => {
    let checkpoint: Uint8Array | undefined;
    const saveCheckpoint = (bytes: Uint8Array) => {
      checkpoint = bytes;
    };
    await run({ epochs: 1 }, { saveCheckpoint });
    await expect(run({ epochs: 2 }, { checkpoint })).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });

  it('keeps the last epoch where nothing was labelled for validation', async () => {
    const none = Int32Array.of();
    const result = await run({}, { data: { ...data, validation: none, test: none } });
    expect(result.bestEpoch).toBe(5);
    expect(result.scores).toEqual({ validation: null, test: null });
    expect(result.history[0]).toMatchObject({ validation: null, validationLoss: null });
  });

  it('uses every training sample once an epoch, whatever the batch size', async () => {
    const still = { kind: 'ADAMW', learningRate: 1e-30, weightDecay: 0 };
    const head = { kind: 'LINEAR' };
    const losses = [];
    for (const batchSize of [1, 7, 64, 1000]) {
      const result = await run({ head, optimizer: still, batchSize, epochs: 1 });
      losses.push(result.history[0]!.trainLoss);
    }
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0]!, 6);
  });

  it('stops on a loss that is not finite, saying where and what to try', async () => {
    const image = { data: data.features.image!.data.slice(), dimension: 12 };
    image.data[data.train[5]! * 12] = Number.NaN;
    const spoiled = { ...data, features: { ...data.features, image } };
    const failure = run({}, { data: spoiled });
    await expect(failure).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', epoch: 1 });
    await expect(failure).rejects.toThrow(/epoch 1, step [1-5]; try a smaller/);
  });

  it('keeps the checkpoints before the epoch that diverged', async () => {
    const saved: number[] = [];
    const optimizer = { kind: 'ADAMW', learningRate: 10, weightDecay: 10 };
    const given = { head: { kind: 'LINEAR' }, optimizer, epochs: 50 };
    const saveCheckpoint = (_: Uint8Array, { epoch }: EpochRecord) => void saved.push(epoch);
    const failure = (await run(given, { saveCheckpoint }).catch((error) => error)) as DivergedError;
    expect(failure.code).toBe('TRAINING_DIVERGED');
    expect(saved).toEqual(Array.from({ length: failure.epoch - 1 }, (_, i) => i + 1));
    expect(saved.length).toBeGreaterThan(0);
  });

  it('stops with the signal’s reason', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const onEpoch = ({ epoch }: EpochRecord) => {
      if (epoch === 2) abort.abort(reason);
    };
    await expect(run({ epochs: 1000 }, { signal: abort.signal, onEpoch })).rejects.toBe(reason);
  });

  it('reports progress up to the last step', async () => {
    const steps: number[] = [];
    await run({}, { onProgress: ({ step, totalSteps }) => void steps.push(step / totalSteps) });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
  });

  it('names a modality that the fusion needs and does not get', async () => {
    const features = { image: data.features.image };
    await expect(run({}, { data: { ...data, features } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'expected embeddings, which CONCAT needs, for `features.text` but received nothing',
    });
  });
});
