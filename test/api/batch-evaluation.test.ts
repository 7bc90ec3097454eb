import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/ml/metrics/evaluate.js';
import { labelMetrics } from '../../src/ml/metrics/label-metrics.js';
import { evaluatePredictions, selectPredictions } from '../../src/ml/processes/predictions.js';
import { writeScores } from '../../src/ml/train/write-scores.js';
import { BatchEvaluations } from '../../src/services/batch-evaluations.js';
import { batchResults, batchResultsAt } from '../../src/services/batch-results.js';
import { BatchSelections } from '../../src/services/batch-selections.js';
import { DiskStore } from '../../src/storage/disk-store.js';
import { type Api, startApi } from './support/api.js';
import { digestOf, seedDataset, seedSet } from './support/seed.js';

/** The version has 3 (cat) and 16 (bird), in this order; fish it does not know. */
const LABELS = [
  { key: '16', name: 'bird' },
  { key: '99', name: 'fish' },
  { key: '3', name: 'cat' },
];
const THRESHOLDS = [0.5, 0.1, 0.6];
/** Of 12 samples all but one; each third is unlabelled, and in TEST. */
const POSITIONS = Array.from({ length: 12 }, (_, at) => at).filter((at) => at !== 4);
const scoresOf = (position: number) => [
  Math.fround(((position * 5) % 12) / 12),
  0.9,
  Math.fround(((position * 7) % 12) / 12),
];
const isLabelled = (position: number) => position % 3 !== 2;
/** By LABELS: every labelled sample is a cat, every other one a bird. */
const carries = (position: number) => [position % 2 === 0, null, true];

let api: Api;
let directory: string;
let id: string;
let evaluated = 0;
let selected = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-batches-'));
  const blobs = await DiskStore.open(directory);
  api = await startApi({
    services(db) {
      const evaluations = new BatchEvaluations({
        db,
        blobs,
        evaluatePredictions(payload) {
          evaluated++;
          return evaluatePredictions(payload);
        },
      });
      const selections = new BatchSelections({
        db,
        blobs,
        selectPredictions(payload) {
          selected++;
          return selectPredictions(payload);
        },
      });
      return {
        batchResults: (batch, slice) => batchResults(blobs, batch, slice),
        batchResultsAt: (batch, positions) => batchResultsAt(blobs, batch, positions),
        selectPredictions: (batch, filter) => selections.get(batch, filter),
        evaluateBatch: (batchId, split) => evaluations.get(batchId, split),
      };
    },
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos', samples: 12 });
  const path = await blobs.temporaryPath();
  const blocks = async function* () {
    yield Float32Array.from(POSITIONS.flatMap(scoresOf));
  };
  await writeScores(path, LABELS.length, Int32Array.from(POSITIONS), blocks());
  const scores = await blobs.adopt(path);
  const [row] = await api.db.query<{ id: string }>(
    `insert into batch_predictions (model, fingerprint, manifest, point, version_id, set_id, splits, head_sha256, scores_sha256,
       status, sample_count)
     values ('birds/1', 'x', $1, $2, $3, $4, '{TRAIN,TEST}', $5, decode($6, 'hex'), 'SUCCEEDED', $7) returning id`,
    [
      JSON.stringify({ labels: LABELS }),
      JSON.stringify({ thresholds: THRESHOLDS, calibration: null, topK: null }),
      versionId,
      await seedSet(api.db, versionId),
      digestOf('head'),
      scores,
      POSITIONS.length,
    ],
  );
  id = row!.id;
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true });
});

const FIGURES = `numSamples labels { key } metrics { microF1 macroF1 samplesF1 weightedF1 meanAveragePrecision hammingLoss
  subsetAccuracy undefinedLabels { key } } labelMetrics { label { key } support threshold precision recall f1 averagePrecision }`;

describe('a batch prediction of labelled samples', () => {
  test('says what it is worth on them, by the labels that model and version both have', async () => {
    const ask = (split: string) =>
      api.post(
        `query ($id: ID!) { batchPrediction(id: $id) { evaluation${split} { ${FIGURES} } } }`,
        { id },
      );
    const { evaluation } = (await ask('')).data.batchPrediction;
    const labelled = POSITIONS.filter(isLabelled);
    const of = [
      Float32Array.from(labelled.flatMap((at) => [scoresOf(at)[2]!, scoresOf(at)[0]!])),
      Uint8Array.from(labelled.flatMap((at) => [1, at % 2 === 0 ? 1 : 0])),
      2,
      Float64Array.of(0.6, 0.5),
    ] as const;
    const { undefinedLabels, ...expected } = evaluate(...of);
    const keys = ['3', '16'];
    expect(undefinedLabels).toEqual([]);
    expect(evaluation).toEqual({
      numSamples: labelled.length,
      labels: [{ key: '3' }, { key: '16' }],
      metrics: { ...expected, undefinedLabels: [] },
      labelMetrics: labelMetrics(...of).map((each) => ({
        ...each,
        label: { key: keys[each.label] },
      })),
    });
    expect((await ask('(split: TRAIN)')).data.batchPrediction.evaluation).toEqual(evaluation);
    expect((await ask('(split: TEST)')).data.batchPrediction.evaluation).toBeNull();
    const before = evaluated;
    await ask('');
    expect(evaluated).toBe(before);
  });

  test('is null where it shares no label with the version', async () => {
    const [other] = await api.db.query<{ id: string }>(
      `insert into batch_predictions (model, fingerprint, manifest, point, version_id, set_id, splits, head_sha256, scores_sha256,
         status, sample_count)
       select 'fish/1', 'y', '{"labels":[{"key":"a"},{"key":"b"},{"key":"c"}]}', point, version_id, set_id, splits, head_sha256,
         scores_sha256, status, sample_count from batch_predictions where id = $1 returning id`,
      [id],
    );
    const { data } = await api.post(
      'query ($id: ID!) { batchPrediction(id: $id) { evaluation { numSamples } } }',
      { id: other!.id },
    );
    expect(data.batchPrediction.evaluation).toBeNull();
  });
});

describe('the predictions of a batch', () => {
  const find = (filter: object, page = '') =>
    api.post(
      `query ($id: ID!, $filter: PredictionFilter) { batchPrediction(id: $id) { predictions(filter: $filter${page}) { totalCount
         pageInfo { hasNextPage endCursor } nodes { sample { key } labels { label { key } } scores { score } } } } }`,
      { id, filter },
    );
  const positionsOf = async (filter: object) => {
    const { predictions } = (await find(filter)).data.batchPrediction;
    expect(predictions.totalCount).toBe(predictions.nodes.length);
    return predictions.nodes.map(
      (node: { sample: { key: string }; scores: { score: number }[] }) => {
        const position = Number(node.sample.key.slice(1));
        expect(node.scores.map(({ score }) => Math.fround(score))).toEqual(
          scoresOf(position).map(Math.fround),
        );
        return position;
      },
    );
  };
  const predicted = (at: number, label: number) => scoresOf(at)[label]! >= THRESHOLDS[label]!;
  const wrong = (at: number, label: number) =>
    isLabelled(at) && predicted(at, label) !== carries(at)[label];

  test.each([
    [
      'split and text',
      { sample: { split: 'TRAIN', text: 'K0001' } },
      (at: number) => [10].includes(at),
    ],
    ['labels predicted', { predicted: ['99', '3'] }, (at: number) => predicted(at, 2)],
    [
      'false positives',
      { predicted: ['16'], wrong: ['16'] },
      (at: number) => isLabelled(at) && predicted(at, 0) && at % 2 === 1,
    ],
    [
      'false negatives',
      { sample: { labels: ['16'] }, wrong: ['16'] },
      (at: number) => isLabelled(at) && !predicted(at, 0) && at % 2 === 0,
    ],
    ['any error', { hasErrors: true }, (at: number) => wrong(at, 0) || wrong(at, 2)],
    [
      'no error',
      { hasErrors: false },
      (at: number) => isLabelled(at) && !wrong(at, 0) && !wrong(at, 2),
    ],
  ])('are filtered by %s', async (_, filter, isWanted) => {
    const expected = POSITIONS.filter(isWanted);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(POSITIONS.length);
    expect(await positionsOf(filter)).toEqual(expected);
  });

  test('come page by page also where they are filtered, and are looked for once', async () => {
    const filter = { sample: { split: 'TRAIN' } };
    const before = selected;
    const first = (await find(filter, ', first: 3')).data.batchPrediction.predictions;
    const after = `, first: 10, after: "${first.pageInfo.endCursor}"`;
    const next = (await find(filter, after)).data.batchPrediction.predictions;
    const keys = [...first.nodes, ...next.nodes].map(({ sample }) => Number(sample.key.slice(1)));
    expect(keys).toEqual(POSITIONS.filter(isLabelled));
    expect([first.pageInfo.hasNextPage, next.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(selected - before).toBe(1);
    expect((await find({}, after)).code).toBe('BAD_USER_INPUT');
  });

  test.each([
    [
      'a label that is not the model’s',
      { predicted: ['cat'] },
      /one of the model's labels in `filter\.predicted`/,
    ],
    [
      'a wrong decision that nobody can know',
      { wrong: ['99'] },
      /that the model and the dataset version both have in `filter\.wrong`/,
    ],
    ['too many labels', { predicted: Array(101).fill('3') }, /at most 100 for `filter\.predicted`/],
  ])('refuse %s', async (_, filter, message) => {
    expect((await find(filter)).errors?.[0]?.message).toMatch(message);
  });
});
