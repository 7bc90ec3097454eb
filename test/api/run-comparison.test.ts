import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { seedDataset } from './support/seed.js';

let api: Api;
let versionId: string;
const asked: unknown[] = [];
const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1, pValue: 0.25 });

beforeAll(async () => {
  api = await startApi({
    services: {
      async compareRuns(a, b, split) {
        asked.push([a, b, split]);
        if (a === b) return null;
        return {
          ...interval(0.5),
          level: 0.95,
          resamples: 1000,
          numSamples: 4,
          versionId,
          f1s: { microF1: interval(0.2), macroF1: interval(0.3), samplesF1: interval(0.4) },
          labels: [
            {
              support: 3,
              a: { averagePrecision: 1, f1: 0.5 },
              b: { averagePrecision: 0.5, f1: 0 },
            },
            {
              support: 0,
              a: { averagePrecision: null, f1: 0 },
              b: { averagePrecision: null, f1: 0 },
            },
          ],
          flips: {
            gained: 1,
            lost: 2,
            numSamples: 1,
            samples: [{ row: 2, gained: [0], lost: [1] }],
          },
        };
      },
    },
  });
  ({ versionId } = await seedDataset(api.db, { name: 'photos', samples: 4 }));
});
afterAll(() => api.stop());

const COMPARE = `query($a: ID!, $b: ID!, $split: Split) { compareRuns(a: $a, b: $b, split: $split) { level numSamples
  meanAveragePrecision { difference low high pValue }
  microF1 { difference pValue } macroF1 { difference low high } samplesF1 { difference }
  labels { label { key } support a { averagePrecision f1 } b { f1 } } gained lost numDiffering
  samples { sample { id } gained { key } lost { key } } } }`;

test('two runs are shown with the labels and the samples on which they differ', async () => {
  const { data, errors } = await api.post(COMPARE, { a: 'one', b: 'other' });
  expect(errors).toBeUndefined();
  expect(asked).toEqual([['one', 'other', 'TEST']]);
  expect(data.compareRuns).toMatchObject({
    meanAveragePrecision: { difference: 0.5, pValue: 0.25 },
    numSamples: 4,
    microF1: { difference: 0.2, pValue: 0.25 },
    macroF1: { difference: 0.3, low: expect.closeTo(0.2), high: expect.closeTo(0.4) },
    samplesF1: { difference: 0.4 },
    labels: [
      { label: { key: '3' }, support: 3, a: { averagePrecision: 1, f1: 0.5 }, b: { f1: 0 } },
      { label: { key: '16' }, support: 0, a: { averagePrecision: null } },
    ],
    gained: 1,
    lost: 2,
    numDiffering: 1,
    samples: [
      { sample: { id: expect.any(String) }, gained: [{ key: '3' }], lost: [{ key: '16' }] },
    ],
  });
  await api.post(COMPARE, { a: 'one', b: 'other', split: 'VALIDATION' });
  expect(asked.at(-1)).toEqual(['one', 'other', 'VALIDATION']);
  const refused = await api.post(COMPARE, { a: 'one', b: 'other', split: 'TRAIN' });
  expect(refused.errors?.[0]).toMatchObject({
    message: expect.stringContaining('VALIDATION or TEST for `split`'),
    extensions: { code: 'BAD_USER_INPUT' },
  });
  const { data: nothing } = await api.post(COMPARE, { a: 'one', b: 'one' });
  expect(nothing).toEqual({ compareRuns: null });
});
