import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelVersionId } from '../../src/db/models.queries.js';
import { insertThresholdSet } from '../../src/db/threshold-sets.queries.js';
import { deleteThresholdSet } from '../../src/services/threshold-sets.js';
import { type Api, startApi } from './support/api.js';
import { METRICS, seedDataset, seedModel, seedRun, seedSet } from './support/seed.js';

let api: Api;
const asked: unknown[] = [];
const predictions: unknown[] = [];

beforeAll(async () => {
  api = await startApi({
    services: (db) => ({
      async createThresholdSet(input) {
        asked.push(input);
        const { name, kind } = input;
        const versionId = (await modelVersionId(db, 'scenes', { number: 1 }))!;
        const calibration = { slopes: [2, 1], intercepts: [0.5, 0] };
        const settings = { kind, value: null, k: null, calibration: 'PLATT', minPrecision: 0.7 };
        const point = { thresholds: [0.04, 0.5], calibration, topK: null };
        const warnings = [{ label: 0, reason: 'LOW_THRESHOLD' }];
        const set = { versionId, name, settings, point, warnings, metrics: METRICS };
        await db.transaction((tx) => insertThresholdSet(tx, set));
        return { versionId, name };
      },
      deleteThresholdSet: (input) => deleteThresholdSet({ db }, input),
      async predict(model, inputs, thresholds) {
        predictions.push([model, inputs.length, thresholds]);
        return {
          labels: [],
          predictions: inputs.map(() => ({ key: null, scores: [], labels: [] })),
        };
      },
    }),
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos' });
  const setId = await seedSet(api.db, versionId);
  await seedModel(api.db, { name: 'scenes', runId: await seedRun(api.db, { versionId, setId }) });
});
afterAll(() => api.stop());

const SET = `name kind value k calibration minPrecision minRecall thresholds { label { key } threshold } warnings { label { key } reason }
  metrics { microF1 undefinedLabels { key } }`;

test('a set is made, shown on its version alone with its labels, and deleted', async () => {
  const input = {
    modelVersion: 'scenes/1',
    name: 'careful',
    kind: 'PER_LABEL',
    calibration: 'PLATT',
    minPrecision: 0.7,
  };
  const made = await api.post(
    `mutation($input: CreateThresholdSetInput!) { createThresholdSet(input: $input) { ${SET} } }`,
    { input },
  );
  expect(made.errors).toBeUndefined();
  expect(asked.at(-1)).toMatchObject(input);
  const set = made.data.createThresholdSet;
  expect(set).toMatchObject({
    name: 'careful',
    kind: 'PER_LABEL',
    value: null,
    k: null,
    calibration: 'PLATT',
    minPrecision: 0.7,
    // As sets of before there were minima have it.
    minRecall: null,
    thresholds: [
      { label: { key: '3' }, threshold: 0.04 },
      { label: { key: '16' }, threshold: 0.5 },
    ],
    warnings: [{ label: { key: '3' }, reason: 'LOW_THRESHOLD' }],
    metrics: { microF1: METRICS.microF1 },
  });
  const shown = `{ modelVersion(ref: "scenes/1") { thresholdSets { ${SET} } } }`;
  expect((await api.post(shown)).data.modelVersion).toEqual({ thresholdSets: [set] });
  const other = '{ modelVersion(ref: "scenes/2") { thresholdSets { name } } }';
  expect((await api.post(other)).data.modelVersion).toEqual({ thresholdSets: [] });
  const remove =
    'mutation { deleteThresholdSet(modelVersion: "scenes/1", name: "careful") { thresholdSets { name } } }';
  expect((await api.post(remove)).data.deleteThresholdSet).toEqual({ thresholdSets: [] });
  expect((await api.post(remove)).code).toBe('NOT_FOUND');
});

test('a version shows its own thresholds, each with its label', async () => {
  const shown = '{ modelVersion(ref: "scenes/1") { thresholds { label { key } threshold } } }';
  expect((await api.post(shown)).data.modelVersion.thresholds).toEqual([
    { label: { key: '3' }, threshold: 0.25 },
    { label: { key: '16' }, threshold: 0.75 },
  ]);
});

test('a prediction names a set, or none', async () => {
  const ask = (more: string) =>
    api.post(`{ predict(model: "scenes/1", inputs: [{ text: "a dog" }]${more}) { key } }`);
  await ask(', thresholds: "careful"');
  await ask('');
  expect(predictions).toEqual([
    ['scenes/1', 1, 'careful'],
    ['scenes/1', 1, null],
  ]);
});
