import { afterAll, beforeAll, expect, test } from 'vitest';
import { badUserInput } from '../../src/errors/bad-user-input.js';
import type { ErrorChoice } from '../../src/services/run-errors.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet, seedVersion } from './support/seed.js';

/** Where the run is wrong. */
const POSITIONS = [1, 2, 5, 8, 12, 19];
const ERROR = { kind: 'FALSE_POSITIVE', score: 0.75, threshold: 0.5, loss: 1.5 } as const;

let api: Api;
let versionId: string;
let runId: string;
let nextVersionId: string;
const asked: { choice: ErrorChoice; positions?: readonly number[] }[] = [];
beforeAll(async () => {
  api = await startApi({
    services: {
      samplesInError: async (version, _, choice) => {
        asked.push({ choice });
        if (version.id !== versionId) throw badUserInput('expected a run on this dataset version');
        const mask = new Uint8Array(3);
        for (const position of POSITIONS) mask[position >> 3]! |= 1 << (position & 7);
        return mask;
      },
      errorsAt: async (_, positions, __, choice) => {
        asked.push({ choice, positions });
        return positions.map((position) =>
          position % 2 === 0 ? null : [{ ...ERROR, position, label: 1 }],
        );
      },
    },
  });
  const seeded = await seedDataset(api.db, { name: 'photos', samples: 20 });
  ({ versionId } = seeded);
  nextVersionId = await seedVersion(api.db, {
    datasetId: seeded.datasetId,
    jobId: null,
    number: 2,
    samples: 4,
  });
  runId = await seedRun(api.db, { versionId, setId: await seedSet(api.db, versionId) });
});
afterAll(() => api.stop());

const SAMPLES = `query($id: ID!, $of: ErrorsOfRun!, $filter: SampleFilter, $first: Int, $after: String) { datasetVersion(id: $id) {
  samples(errorsOf: $of, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { key errors(of: $of) { kind label { key } score threshold loss sample { key } } } } } }`;

async function samples(variables: Record<string, unknown> = {}, options = {}) {
  const of = { runId };
  const answer = await api.post(SAMPLES, { id: versionId, of, ...variables }, options);
  return { ...answer, page: answer.data?.datasetVersion?.samples };
}
const keysOf = (page: { nodes: { key: string }[] }) => page.nodes.map(({ key }) => key);
const key = (position: number) => `k${String(position).padStart(5, '0')}`;

test('samples about which a run is wrong come page by page, by key, each with what was said', async () => {
  const whole = (await samples()).page;
  expect(whole.totalCount).toBe(POSITIONS.length);
  expect(keysOf(whole)).toEqual(POSITIONS.map(key));
  expect(whole.nodes[0].errors).toEqual([
    { ...ERROR, label: { key: '16' }, sample: { key: key(1) } },
  ]);
  expect(whole.nodes[1].errors).toBeNull();
  const walked: string[] = [];
  for (let after: string | null = null; ; ) {
    const { page }: { page: typeof whole } = await samples({ first: 2, after });
    expect(page.totalCount).toBe(POSITIONS.length);
    walked.push(...keysOf(page));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(walked).toEqual(keysOf(whole));
});

test('the errors of a page are looked up together', async () => {
  asked.length = 0;
  await samples({ of: { runId, label: '16', kind: 'FALSE_NEGATIVE' } });
  const choice = { label: 1, kind: 'FALSE_NEGATIVE' };
  expect(asked).toEqual([{ choice }, { choice, positions: POSITIONS }]);
});

test('other conditions hold beside it', async () => {
  // Every third is unlabelled, and in TEST.
  const { page } = await samples({ filter: { split: 'TEST' } });
  expect(keysOf(page)).toEqual([2, 5, 8].map(key));
  expect(page.totalCount).toBe(3);
  expect(keysOf((await samples({ filter: { text: 'caption 1' } })).page)).toEqual(
    [1, 12, 19].map(key),
  );
  expect(keysOf((await samples({ filter: { labels: ['16'] } })).page)).toEqual([key(12)]);
});

test('a viewer may ask; what means nothing is refused', async () => {
  expect((await samples({}, { token: api.tokens.VIEWER })).page.totalCount).toBe(POSITIONS.length);
  const unknown = await samples({ of: { runId, label: 'nobody' } });
  expect(unknown.errors![0].message).toBe(
    'expected the key of one of the version\'s labels for `errorsOf.label` but received "nobody"',
  );
  expect((await samples({ id: nextVersionId })).code).toBe('BAD_USER_INPUT');
  const refused = await api.post(
    `{ runs(first: 100) { nodes { datasetVersion { samples(first: 1, errorsOf: { runId: "${runId}" }) { totalCount } } } } }`,
  );
  expect(refused.errors![0].message).toContain('expected a cost of at most');
});

test('runs are listed by the version that they were trained on', async () => {
  const RUNS = 'query($id: ID!) { runs(filter: { datasetVersionId: $id }) { nodes { id } } }';
  const runsOf = async (id: string) => (await api.post(RUNS, { id })).data.runs.nodes;
  expect(await runsOf(versionId)).toEqual([{ id: runId }]);
  expect(await runsOf(nextVersionId)).toEqual([]);
  expect(await runsOf('nonsense')).toEqual([]);
});
