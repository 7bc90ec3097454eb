import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

let api: Api;
let runId: string;
const asked: unknown[] = [];
beforeAll(async () => {
  api = await startApi({
    services: {
      labelCurve: async (_, split, label) => {
        asked.push([split, label]);
        if (split === 'VALIDATION') return null;
        return {
          support: 4,
          numSamples: 9,
          cuts: [
            { threshold: 0.75, predicted: 2, truePositives: 1 },
            { threshold: 0.25, predicted: 8, truePositives: 4 },
          ],
        };
      },
    },
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos', samples: 4 });
  runId = await seedRun(api.db, { versionId, setId: await seedSet(api.db, versionId) });
});
afterAll(() => api.stop());

const CURVE = `query($id: ID!, $label: String!, $split: Split) { run(id: $id) { labelCurve(label: $label, split: $split) {
  label { name } support numSamples cuts { threshold predicted truePositives precision recall f1 } } } }`;

async function curve(variables: object) {
  const answer = await api.post(CURVE, { id: runId, ...variables });
  return { curve: answer.data?.run?.labelCurve, message: answer.errors?.[0]?.message };
}

test('a curve says what each threshold makes of the label', async () => {
  expect((await curve({ label: '3' })).curve).toEqual({
    label: { name: 'cat' },
    support: 4,
    numSamples: 9,
    cuts: [
      { threshold: 0.75, predicted: 2, truePositives: 1, precision: 0.5, recall: 0.25, f1: 1 / 3 },
      { threshold: 0.25, predicted: 8, truePositives: 4, precision: 0.5, recall: 1, f1: 2 / 3 },
    ],
  });
  expect(asked).toEqual([['TEST', 0]]);
});

test('a run that has not succeeded has none, and what is asked for wrongly is said', async () => {
  expect((await curve({ label: '3', split: 'VALIDATION' })).curve).toBeNull();
  expect((await curve({ label: 'gnu' })).message).toContain(
    'expected the key of one of the version\'s labels for `label` but received "gnu"',
  );
  expect((await curve({ label: '3', split: 'TRAIN' })).message).toContain(
    'expected VALIDATION or TEST for `split` but received TRAIN',
  );
});
