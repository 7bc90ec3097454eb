import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { seedDataset } from './support/seed.js';

let api: Api;
let versionId: string;
beforeAll(async () => {
  api = await startApi();
  ({ versionId } = await seedDataset(api.db, { name: 'photos', samples: 3 }));
});
afterAll(() => api.stop());

const QUERY = `query($id: ID!) { datasetVersion(id: $id) {
  labelStats { label { key } total unknown }
  samples { nodes { labels { key } unknownLabels { key } } } } }`;

async function ask() {
  const { data, errors } = await api.post(QUERY, { id: versionId }, { token: api.tokens.VIEWER });
  expect(errors).toBeUndefined();
  return data.datasetVersion;
}

test('a version of before there were unknown labels has none', async () => {
  const { labelStats, samples } = await ask();
  expect(labelStats.map(({ unknown }: { unknown: number }) => unknown)).toEqual([0, 0]);
  for (const { unknownLabels } of samples.nodes) expect(unknownLabels).toEqual([]);
});

test('unknown labels stand beside the labels, and are counted apart from their totals', async () => {
  await api.db.query(
    `update samples set labels = '{0}', unknown_labels = '{1}' where version_id = $1 and position = 0`,
    [versionId],
  );
  await api.db.query(
    `update dataset_versions set label_stats = '[[2, 0, 0, 0], [0, 0, 0, 1]]' where id = $1`,
    [versionId],
  );
  const { labelStats, samples } = await ask();
  expect(labelStats).toEqual([
    { label: { key: '3' }, total: 2, unknown: 0 },
    { label: { key: '16' }, total: 0, unknown: 1 },
  ]);
  expect(samples.nodes).toEqual([
    { labels: [{ key: '3' }], unknownLabels: [{ key: '16' }] },
    { labels: [{ key: '3' }], unknownLabels: [] },
    { labels: null, unknownLabels: [] },
  ]);
});
