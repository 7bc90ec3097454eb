import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateRun } from '../../src/ml/metrics/evaluate-run.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

const numSamples = 20;
let api: Api;
let numLabels: number;
beforeAll(async () => {
  api = await startApi({
    services: {
      evaluateRun: async (_runId, split) => {
        if (split === 'VALIDATION') return null;
        const size = numSamples * numLabels;
        const scores = Float32Array.from({ length: size }, (_, i) => ((i * 7) % 10) / 10);
        const targets = Uint8Array.from({ length: size }, (_, i) => Number(i % 3 === 0));
        const supports = Array.from({ length: numLabels }, (_, label) => (label ? 101 : 20));
        const options = { resamples: 20, level: 0.95, seed: 1 };
        const thresholds = new Float64Array(numLabels).fill(0.5);
        const full = evaluateRun(scores, targets, numLabels, thresholds, supports, options);
        const { level, resamples } = options;
        return { metrics: full, full, versionId, numSamples, level, resamples };
      },
    },
  });
  const seeded = await seedDataset(api.db, { name: 'photos', samples: 4 });
  versionId = seeded.versionId;
  const setId = await seedSet(api.db, versionId);
  for (let i = 0; i < 11; i++) await seedRun(api.db, { versionId, setId });
  const { data } = await api.post('{ datasets { nodes { labels { key } } } }');
  numLabels = (data.datasets as { nodes: { labels: unknown[] }[] }).nodes[0]!.labels.length;
});
afterAll(() => api.stop());
let versionId: string;

const EVALUATION = `numSamples metrics { microF1 meanAveragePrecision } microPrecision macroRecall rankingLoss macroRocAuc
  undefinedRocAucLabels { key } atK { k ndcg } macroEce
  reliability { label { key } ece bins { from to count meanProb positiveShare } } meanAveragePrecisionInterval { low high level resamples }
  microF1Interval { low high } macroF1Interval { low high } samplesF1Interval { low high level }
  frequencyGroups { group numLabels macroF1 meanAveragePrecision }`;

test('every figure of a run is there, labels by their names', async () => {
  const { data, errors } = await api.post(
    `{ runs(first: 1) { nodes { evaluation { ${EVALUATION} } } } }`,
  );
  expect(errors).toBeUndefined();
  const [run] = (data.runs as { nodes: { evaluation: Record<string, unknown> }[] }).nodes;
  expect(run!.evaluation).toMatchObject({
    numSamples,
    atK: [{ k: 1 }, { k: 3 }].slice(0, numLabels < 3 ? 1 : 2),
    meanAveragePrecisionInterval: { level: 0.95, resamples: 20 },
    microF1Interval: { low: expect.any(Number), high: expect.any(Number) },
    macroF1Interval: { low: expect.any(Number), high: expect.any(Number) },
    samplesF1Interval: { level: 0.95 },
    frequencyGroups: [
      { group: 'HEAD', numLabels: numLabels - 1, macroF1: expect.any(Number) },
      { group: 'MEDIUM', numLabels: 1, meanAveragePrecision: expect.any(Number) },
      { group: 'TAIL', numLabels: 0, macroF1: null, meanAveragePrecision: null },
    ],
  });
  const reliability = run!.evaluation.reliability as { label: { key: string }; bins: unknown[] }[];
  expect(reliability).toHaveLength(numLabels);
  expect(reliability.every(({ label, bins }) => label.key !== '' && bins.length === 15)).toBe(true);
});

test('there is none without labelled samples in the split, and none of what was trained on', async () => {
  const on = (split: string) =>
    api.post(`{ runs(first: 1) { nodes { evaluation(split: ${split}) { numSamples } } } }`);
  expect((await on('VALIDATION')).data).toEqual({ runs: { nodes: [{ evaluation: null }] } });
  const refused = await on('TRAIN');
  expect(refused.code).toBe('BAD_USER_INPUT');
  expect(refused.errors![0]!.message).toContain('expected VALIDATION or TEST for `split`');
});

test('more than ten at a time are refused', async () => {
  const { code, errors } = await api.post(
    '{ runs(first: 11) { nodes { evaluation { numSamples } } } }',
  );
  expect(code).toBe('BAD_USER_INPUT');
  expect(errors![0]!.message).toContain('expected `evaluation` of at most 10 runs but received 11');
});

test('a run says which of its thresholds may be luck, unless they are fixed', async () => {
  const [{ id }] = (await api.db.query<{ id: string }>('select id from runs limit 1')) as [
    { id: string },
  ];
  const warnings = async () => {
    const { data } = await api.post(
      'query ($id: ID!) { run(id: $id) { thresholdWarnings { label { index } reason } } }',
      { id },
    );
    return (data.run as { thresholdWarnings: unknown[] }).thresholdWarnings;
  };
  expect(await warnings()).toEqual([]);
  const fittedOn = [
    { label: 0, support: 3, threshold: 0.003 },
    { label: 1, support: 20, threshold: 0.05 },
  ];
  await api.db.query(
    `update runs set label_metrics = label_metrics || jsonb_build_object('VALIDATION', $2::jsonb) where id = $1`,
    [id, JSON.stringify(fittedOn)],
  );
  expect(await warnings()).toEqual([
    { label: { index: 0 }, reason: 'FEW_POSITIVES' },
    { label: { index: 0 }, reason: 'LOW_THRESHOLD' },
  ]);
  await api.db.query(
    `update runs set config = jsonb_set(config, '{thresholds}', '{"kind": "FIXED", "value": 0.5}') where id = $1`,
    [id],
  );
  expect(await warnings()).toEqual([]);
});
