import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countUsableSamples } from '../../../src/db/training-samples.queries.js';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import type { PredictInput } from '../../../src/services/embed-inputs.js';
import { modalityNeeds } from '../../../src/services/modality-needs.js';
import { predict } from '../../../src/services/predict.js';
import { loadTrainingData } from '../../../src/services/training-data.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';
import { DIMENSION } from './fake-encoder.js';

let line: DataLine;
let versionId: string;
let setId: string;

beforeAll(async () => {
  line = await DataLine.create();
  await line.worker();
  await line.write('rows', {
    'table.csv':
      'key,image,labels,caption,split\n' +
      'both,1.png,a,one,TRAIN\nphoto,2.png,b,,TRAIN\ncaption,4.png,a,three,TRAIN\nunlabelled,3.png,,four,\n',
    '1.png': makePng(1),
    '2.png': makePng(2),
    '3.png': makePng(3),
    '4.png': makePng(4),
  });
  const job = await line.import('rows', 'rows');
  expect(job.status).toBe('SUCCEEDED');
  versionId = job.versionId!;
  await line.stopWorkers();
  // No import makes a sample without a photo yet.
  await line.db.query(
    "update samples set image_sha256 = null where version_id = $1 and key = 'caption'",
    [versionId],
  );
  setId = await embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId: versionId, encoderId: 'test/fake' },
  );
});
afterAll(() => line.close());

describe('a run is trained on the labelled samples with', () => {
  it.each([
    [{ kind: 'IMAGE_ONLY' }, 'a photo', ['both', 'photo']],
    [{ kind: 'TEXT_ONLY' }, 'a caption', ['both', 'caption']],
    [{ kind: 'GATED' }, 'both', ['both']],
    [{ kind: 'GATED', modalityDropout: 0.2 }, 'either', ['both', 'caption', 'photo']],
  ])('%o: %s', async (fusion, _, expected) => {
    const needs = modalityNeeds(fillRunConfig({ fusion }).fusion);
    const data = await loadTrainingData(line.db, versionId, needs, null);
    const samples = await line.samples(versionId);
    const keys = [...data.train].map((position) => samples[position]!.key).sort();
    expect(keys).toEqual(expected);
    expect(await countUsableSamples(line.db, versionId, needs)).toEqual({
      train: expected.length,
      validation: 0,
      test: 0,
      lacking: 3 - expected.length,
    });
  });
});

describe('a prediction', () => {
  const photo = { bytes: makePng(9) };
  const inputs: PredictInput[] = [
    { key: 'photo', text: null, image: photo },
    { key: 'caption', text: 'a dog', image: null },
    { key: 'both', text: 'a cat', image: photo },
  ];

  /** What the head of a run with this fusion is fed. */
  async function fedWith(fusion: object, given: readonly PredictInput[]) {
    const [run] = await line.db.query<{ id: string }>(
      `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags, status, head_sha256)
       values ('r', $1, $2, 'test/fake', $3, 1, '{0.5, 0.5}', '{}', 'SUCCEEDED', $4) returning id`,
      [versionId, setId, JSON.stringify({ fusion }), createHash('sha256').update('head').digest()],
    );
    const fed: { image?: Float32Array; text?: Float32Array }[] = [];
    const vector = (first: number) => new Float32Array(DIMENSION).fill(0).fill(first, 0, 1);
    const { predictions } = await predict(
      {
        db: line.db,
        blobs: line.blobs,
        embedder: async () => ({ image: async () => vector(1), text: async () => vector(2) }),
        uploadPath: () => Promise.reject(new Error('no uploads here')),
        knownVectors: async (_encoder, _modality, contents) => contents.map(() => undefined),
        heads: {
          run: async (_path, features, count) => {
            fed.push(features);
            return new Float32Array(count * 2);
          },
        },
      },
      `run:${run!.id}`,
      given,
    );
    expect(predictions.map(({ key }) => key)).toEqual(given.map(({ key }) => key));
    const firsts = (features?: Float32Array) =>
      features && [...features].filter((_, at) => at % DIMENSION === 0);
    return { image: firsts(fed[0]!.image), text: firsts(fed[0]!.text) };
  }

  it('of a model with stand-ins takes photo, caption or both, and zeros are what is missing', async () => {
    const fusion = { kind: 'LATE', modalityDropout: 0.1 };
    expect(await fedWith(fusion, inputs)).toEqual({ image: [1, 0, 1], text: [0, 2, 2] });
    expect(await fedWith(fusion, inputs.slice(1, 2))).toEqual({ image: [0], text: [2] });
    await expect(fedWith(fusion, [{ key: null, text: ' ', image: null }])).rejects.toThrow(
      'expected `text` or `image` in `inputs[0]` but received neither',
    );
  });

  it('of one without them needs both', async () => {
    const fusion = { kind: 'LATE', modalityDropout: 0 };
    await expect(fedWith(fusion, inputs)).rejects.toThrow(
      /captions and photos: add `text` to `inputs\[0\]`/,
    );
    await expect(fedWith(fusion, inputs.slice(1))).rejects.toThrow(/add `image` to `inputs\[0\]`/);
    expect(await fedWith(fusion, inputs.slice(2))).toEqual({ image: [1], text: [2] });
  });
});
