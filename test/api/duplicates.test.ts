import { afterAll, beforeAll, expect, test } from 'vitest';
import { DuplicateSearches } from '../../src/services/duplicates.js';
import { type Api, startApi } from './support/api.js';
import { digestOf, seedDataset, seedSet } from './support/seed.js';

let api: Api;
let embeddingSetId: string;
let searches: DuplicateSearches;
let searched = 0;

beforeAll(async () => {
  api = await startApi({
    services: { duplicates: (id, threshold) => searches.get(id, threshold) },
  });
  // Of the samples 0, 2, … all have the same photo; every third is in TEST, the others in TRAIN.
  const { versionId } = await seedDataset(api.db, { name: 'photos', samples: 6 });
  embeddingSetId = await seedSet(api.db, versionId);
  await api.db.query('update samples set image_sha256 = null where position = 4');
  searches = new DuplicateSearches({
    db: api.db,
    blobs: { path: (sha256: string) => sha256 } as never,
    threads: 1,
    async nearPairs({ file, splits, threshold }) {
      searched++;
      expect(file).toMatchObject({ path: digestOf('set').toString('hex'), samples: 6 });
      expect([...splits]).toEqual([0, 0, 1, 0, 0, 1].map((split) => split ^ splits[0]!));
      const pairs = [
        { a: 0, b: 2, similarity: 1 },
        { a: 1, b: 3, similarity: threshold },
      ];
      return {
        all: { total: 12, pairs },
        acrossSplits: { total: 1, pairs: pairs.slice(0, 1) },
      };
    },
  });
});
afterAll(() => api.stop());

const find = (args: string) =>
  api.post(
    `query($set: ID!) { duplicates(embeddingSetId: $set${args}) { totalCount pageInfo { hasNextPage endCursor }
      nodes { a { key } b { key } similarity isExact acrossSplits } } }`,
    { set: embeddingSetId },
  );

test('pairs come page by page, each with both samples, and are looked for once', async () => {
  const first = (await find(', first: 1')).data.duplicates;
  expect(first).toMatchObject({ totalCount: 12, pageInfo: { hasNextPage: true } });
  expect(first.nodes).toEqual([
    {
      a: { key: 'k00000' },
      b: { key: 'k00002' },
      similarity: 1,
      isExact: true,
      acrossSplits: true,
    },
  ]);
  const next = (await find(`, first: 1, after: "${first.pageInfo.endCursor}"`)).data.duplicates;
  expect(next).toMatchObject({
    pageInfo: { hasNextPage: false },
    nodes: [{ a: { key: 'k00001' }, b: { key: 'k00003' }, similarity: 0.97, acrossSplits: false }],
  });
  const across = (await find(', acrossSplitsOnly: true')).data.duplicates;
  expect(across).toMatchObject({ totalCount: 1, nodes: [{ acrossSplits: true }] });
  expect(searched).toBe(1);
});

test('a threshold beyond the bounds, an unknown set and one that is too large are refused', async () => {
  expect((await find(', threshold: 0.5')).errors?.[0]?.message).toBe(
    'expected 0.8 to 1 for `threshold` but received 0.5',
  );
  const unknown = await api.post(
    'query($set: ID!) { duplicates(embeddingSetId: $set) { totalCount } }',
    { set: '00000000-0000-0000-0000-000000000000' },
  );
  expect(unknown.code).toBe('NOT_FOUND');
  await api.db.query('update dataset_versions set sample_count = 50001');
  expect((await find('')).errors?.[0]?.message).toMatch(/at most 50000 samples .* one of 50001/);
});
