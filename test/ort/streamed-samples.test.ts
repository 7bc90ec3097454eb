import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../src/ml/data/float16.js';
import { packLabelSets } from '../../src/ml/data/label-sets.js';
import { UNKNOWN } from '../../src/ml/data/unknown.js';
import type { FusionKind } from '../../src/ml/nn/fusions/table.js';
import { isUntrained } from '../../src/ml/nn/heads/table.js';
import { MODALITIES } from '../../src/ml/nn/modality.js';
import { tensorFlowEngine } from '../../src/ml/tensorflow/tensorflow-engine.js';
import { type FitOptions, fit } from '../../src/ml/train/fit.js';
import { fitUntrained } from '../../src/ml/train/fit-untrained.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { openSamples } from '../../src/ml/train/open-samples.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import type { StreamedData } from '../../src/ml/train/streamed-samples.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { tf } from '../support/ml/tensorflow.js';
import { problemOf } from '../support/ml/token-problem.js';

const [SAMPLES, DIMENSION, LABELS, BATCH] = [400, 12, 4, 32];
const ROW_BYTES = 2 * DIMENSION * 4 + LABELS;
const problem = smallProblem({
  samples: SAMPLES,
  image: DIMENSION,
  text: DIMENSION,
  labels: LABELS,
});
/** Every seventh label of the first samples is unknown. */
const data = {
  ...problem,
  targets: problem.targets.map((target, at) => (at < 500 && at % 7 === 0 ? UNKNOWN : target)),
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'clipwright-streamed-'));
  const { image, text } = data.features;
  await writeFile(path.join(directory, 'set.f32'), Buffer.concat([image!, text!].map(bytesOf)));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const bytesOf = ({ data }: { data: Float32Array }) => new Uint8Array(data.buffer);

/** The same problem, of which `rows` rows are in memory at once. */
function streamed(rows: number): StreamedData {
  const { features: _, targets, ...rest } = data;
  const labelsOf = (row: number) =>
    [...Array(LABELS).keys()].flatMap(
      (label) => [[], [label], [~label]][targets[row * LABELS + label]!]!,
    );
  return {
    ...rest,
    file: { path: path.join(directory, 'set.f32'), samples: SAMPLES, dimension: DIMENSION },
    labelSets: packLabelSets(Array.from({ length: SAMPLES }, (_, row) => labelsOf(row))),
    windowBytes: rows * ROW_BYTES,
  };
}

async function run(options: Pick<FitOptions, 'data'> & Partial<FitOptions>, given: object = {}) {
  const config = fillRunConfig({
    head: { kind: 'MLP', hidden: [16], dropout: 0.25 },
    optimizer: { kind: 'ADAMW', learningRate: 0.01 },
    loss: { kind: 'BCE', positiveWeights: true },
    epochs: 4,
    batchSize: BATCH,
    earlyStopping: null,
    deterministic: true,
    ...given,
  });
  const train = isUntrained(config.head) ? fitUntrained : fit;
  const result = await train({ config, seed: 3, engine: onnxEngine, threads: 1, ...options });
  return { ...result, history: result.history.map((record) => ({ ...record, seconds: 0 })) };
}

describe('a training whose samples are streamed', () => {
  // Less than a batch, a few batches, all: 280 samples are nine batches, the last of 24.
  it.each([1, 2 * BATCH, 4 * BATCH + 5, SAMPLES])(
    'gives the same as in memory, bit for bit, in windows of %i rows',
    async (rows) => {
      expect(await run({ data: streamed(rows) })).toEqual(await run({ data }));
    },
  );

  it.each([
    { fusion: { kind: 'TEXT_ONLY' } },
    { fusion: { kind: 'IMAGE_ONLY' } },
    { mixup: 0.5 },
    { batchSize: 1000 },
    { head: { kind: 'KNN' }, fusion: { kind: 'MEAN' } },
  ])('does so with %o', async (given) => {
    expect(await run({ data: streamed(50) }, given)).toEqual(await run({ data }, given));
  });

  it.each(['CONCAT', 'TEXT_ONLY', 'MEAN'])('or read whole does so with %s', async (kind) => {
    const { windowBytes: _, ...whole } = streamed(1);
    const given = { fusion: { kind } };
    expect(await run({ data: whole }, given)).toEqual(await run({ data }, given));
  });

  it('does so of tokens, and read whole', async () => {
    const shapes = { image: { count: 3, width: 3 }, text: { count: 2, width: 5 } };
    const tokens = problemOf({ kind: 'TOKEN_QUERY' }, data, shapes);
    const halves = [tokens.features.image!, tokens.features.text!].map(({ data: rows }) =>
      toFloat16(rows),
    );
    const rounded = Object.fromEntries(
      MODALITIES.map((modality, at) => {
        const dimension = DIMENSION;
        return [modality, { dimension, data: fromFloat16(halves[at]!) }];
      }),
    );
    const file = path.join(directory, 'tokens.f16');
    await writeFile(file, Buffer.concat(halves.map(({ buffer }) => new Uint8Array(buffer))));
    const { windowBytes, ...whole } = streamed(50);
    const inFile = { ...whole, file: { ...whole.file, path: file, tokens: shapes } };
    for (const fusion of [{ kind: 'TEXT_ONLY' }, { kind: 'CONCAT', modalityDropout: 0.3 }]) {
      const given = { head: { kind: 'TOKEN_QUERY', width: 8 }, fusion, mixup: 0.5, epochs: 2 };
      const inMemory = await run({ data: { ...tokens, features: rounded } }, given);
      expect(await run({ data: inFile }, given)).toEqual(inMemory);
      expect(await run({ data: { ...inFile, windowBytes } }, given)).toEqual(inMemory);
    }
  });

  it('does so on TensorFlow.js, and leaves no tensor behind', async () => {
    const engine = tensorFlowEngine(tf);
    const before = tf.memory().numTensors;
    const given = { epochs: 1, mixup: 0.5 };
    const inMemory = await run({ data, engine }, given);
    expect(await run({ data: streamed(50), engine }, given)).toEqual(inMemory);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on from a checkpoint, whichever way that was trained', async () => {
    const whole = await run({ data });
    for (const [before, after] of [
      [streamed(40), streamed(100)],
      [data, streamed(40)],
      [streamed(40), data],
    ] as const) {
      let checkpoint: Uint8Array | undefined;
      const stop = new AbortController();
      const cut = run({
        data: before,
        signal: stop.signal,
        saveCheckpoint: (bytes) => {
          checkpoint = bytes;
        },
        onEpoch: ({ epoch }) => {
          if (epoch === 2) stop.abort(new Error('cut'));
        },
      });
      await expect(cut).rejects.toThrow('cut');
      expect(await run({ data: after, checkpoint })).toEqual(whole);
    }
  });
});

describe('streamed samples', () => {
  it('come in the order that was asked for, rows twice where asked twice', async () => {
    const source = await openSamples(streamed(4), 'CONCAT');
    try {
      const lists = [Int32Array.of(399, 0, 7, 7), Int32Array.of(3), Int32Array.of(200, 100)];
      let at = 0;
      for await (const { feeds, rows } of source.windows(lists)) {
        const asked = lists[at++]!;
        const { data: values, shape } = feeds.features!;
        expect(shape).toEqual([asked.length, 2 * DIMENSION]);
        const scale = Math.fround(Math.sqrt(DIMENSION));
        const expected = [...asked].flatMap((row) =>
          [data.features.image!, data.features.text!].flatMap(({ data: vectors }) => [
            ...vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION).map((x) => x * scale),
          ]),
        );
        expect([...(values as Float32Array)]).toEqual(expected);
        expect([...rows]).toEqual([...asked.keys()]);
        const { targets } = feeds;
        const carried = [...asked].flatMap((row) => [
          ...data.targets.subarray(row * LABELS, (row + 1) * LABELS),
        ]);
        expect([...(targets!.data as Uint8Array)]).toEqual(carried);
      }
      expect(at).toBe(3);
    } finally {
      await source.close();
    }
  });

  it.each<[string, Partial<StreamedData>]>([
    ['expected rows of 0 to 399 for `test` but received 400', { test: Int32Array.of(400) }],
    ['expected at least one labelled sample for `train`', { train: Int32Array.of() }],
  ])('are refused: %s', async (message, change) => {
    const kind: FusionKind = 'CONCAT';
    await expect(openSamples({ ...streamed(4), ...change }, kind)).rejects.toThrow(message);
  });
});
