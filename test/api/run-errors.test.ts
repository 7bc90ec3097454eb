import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ErrorFilter } from '../../src/services/run-errors.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

let api: Api;
let runId: string;
const asked: ErrorFilter[] = [];
beforeAll(async () => {
  api = await startApi({
    services: {
      runErrors: async (_, filter) => {
        asked.push(filter);
        if (filter.split === 'VALIDATION') return null;
        return {
          total: 1234,
          positions: Int32Array.of(0, 1, 2, 3),
          errors: [3, 1, 3, 0, 2].map((position, i) => ({
            position,
            label: i % 2,
            kind: i < 3 ? 'FALSE_POSITIVE' : 'FALSE_NEGATIVE',
            score: 0.75,
            threshold: 0.5,
            loss: 5 - i,
          })),
        };
      },
    },
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos', samples: 4 });
  const setId = await seedSet(api.db, versionId);
  for (let i = 0; i < 11; i++) runId = await seedRun(api.db, { versionId, setId });
});
afterAll(() => api.stop());

const ERRORS = `query($id: ID!, $first: Int, $after: String, $split: Split, $label: String, $kind: ErrorKind) { run(id: $id) {
  errors(first: $first, after: $after, split: $split, label: $label, kind: $kind) { totalCount pageInfo { hasNextPage endCursor }
    nodes { kind label { name } sample { key } score threshold loss } } } }`;

async function errors(variables: object = {}) {
  const answer = await api.post(ERRORS, { id: runId, ...variables });
  return { page: answer.data?.run?.errors, message: answer.errors?.[0]?.message };
}

test('errors come page by page, each with its sample', async () => {
  const whole = (await errors()).page;
  expect(whole).toMatchObject({ totalCount: 1234, pageInfo: { hasNextPage: false } });
  expect(whole.nodes[0]).toEqual({
    kind: 'FALSE_POSITIVE',
    label: { name: 'cat' },
    sample: { key: 'k00003' },
    score: 0.75,
    threshold: 0.5,
    loss: 5,
  });
  const keys = whole.nodes.map(({ sample }: { sample: { key: string } }) => sample.key);
  expect(keys).toEqual(['k00003', 'k00001', 'k00003', 'k00000', 'k00002']);
  const walked = [];
  for (let after: string | null = null; ; ) {
    const { page }: { page: typeof whole } = await errors({ first: 2, after });
    walked.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(walked).toEqual(whole.nodes);
});

test('a label is named by its key, and a kind by its name', async () => {
  asked.length = 0;
  await errors({ label: '16', kind: 'FALSE_NEGATIVE' });
  expect(asked).toEqual([{ split: 'TEST', label: 1, kind: 'FALSE_NEGATIVE' }]);
});

test('what cannot be listed is refused', async () => {
  expect((await errors({ split: 'VALIDATION' })).page).toBeNull();
  expect((await errors({ split: 'TRAIN' })).message).toBe(
    'expected VALIDATION or TEST for `split` but received TRAIN',
  );
  expect((await errors({ label: 'nobody' })).message).toBe(
    'expected the key of one of the version\'s labels for `label` but received "nobody"',
  );
  expect((await errors({ first: 201 })).message).toContain('expected 0 to 200 for `first`');
  const { endCursor } = (await errors({ first: 1 })).page.pageInfo;
  expect((await errors({ after: endCursor, label: '16' })).message).toContain('a cursor that');
  const many = await api.post('{ runs(first: 11) { nodes { errors(first: 1) { totalCount } } } }');
  expect(many.errors![0]!.message).toBe('expected `errors` of at most 10 runs but received 11');
});
