import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SetSearch } from '../../src/services/search-set.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedSet } from './support/seed.js';

let api: Api;
let embeddingSetId: string;
let versionId: string;
const asked: SetSearch[] = [];

beforeAll(async () => {
  api = await startApi({
    services: {
      async search(input) {
        asked.push(input);
        return {
          versionId,
          hits: [
            { position: 2, similarity: 0.3, relevance: 0.9 },
            { position: 0, similarity: 0.2, relevance: null },
            // Of a version that is being deleted.
            { position: 77, similarity: 0.1, relevance: 0.1 },
          ],
        };
      },
    },
  });
  ({ versionId } = await seedDataset(api.db, { name: 'photos', samples: 4 }));
  embeddingSetId = await seedSet(api.db, versionId);
});
afterAll(() => api.stop());

const search = (args: string) =>
  api.post(
    `query($set: ID!) { search(embeddingSetId: $set, ${args}) { nodes { similarity relevance sample { key } } } }`,
    { set: embeddingSetId },
  );

test('hits come in order, each with its sample', async () => {
  const answer = await search('text: "a cat", filter: { split: TRAIN }, first: 3');
  expect(answer.data.search.nodes).toEqual([
    { similarity: 0.3, relevance: 0.9, sample: { key: 'k00002' } },
    { similarity: 0.2, relevance: null, sample: { key: 'k00000' } },
  ]);
  expect(asked.at(-1)).toMatchObject({
    setId: embeddingSetId,
    query: { text: 'a cat' },
    modality: 'IMAGE',
    filter: { split: 'TRAIN' },
    first: 3,
  });
});

test('a search is by exactly one thing', async () => {
  for (const args of ['first: 2', 'text: "a", sampleId: "b"', 'text: null']) {
    const { errors } = await search(args);
    expect(errors?.[0]?.message).toMatch(/exactly one of `text`, `image` and `sampleId`/);
  }
  expect((await search('image: { base64: "aGFsbG8=" }, modality: TEXT')).errors).toBeUndefined();
  expect(asked.at(-1)).toMatchObject({
    query: { image: { bytes: Buffer.from('hallo') } },
    modality: 'TEXT',
    filter: null,
    first: 20,
  });
});

test('and finds a bounded number', async () => {
  for (const first of [0, 201]) {
    const { errors } = await search(`text: "a", first: ${first}`);
    expect(errors?.[0]?.message).toBe(`expected 1 to 200 for \`first\` but received ${first}`);
  }
});
