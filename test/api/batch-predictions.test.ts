import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchResult } from '../../src/services/batch-results.js';
import { type Api, startApi } from './support/api.js';
import { digestOf, seedDataset, seedSet } from './support/seed.js';

let api: Api;
let id: string;
let setId: string;
const exported: unknown[] = [];
const RESULTS: BatchResult[] = [0, 1].map((position) => ({
  position,
  scores: Float32Array.of(0.25, 0.75),
  labels: [1],
}));

beforeAll(async () => {
  api = await startApi({
    services: {
      async *batchResults(_batch, { after, count }) {
        yield* RESULTS.filter(({ position }) => position > after).slice(0, count);
      },
      async *exportBatch(_batch, format, columns) {
        exported.push([format, columns.map(({ name }) => name)]);
        yield 'first\n';
        yield 'second\n';
      },
    },
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos' });
  await seedSet(api.db, versionId, { precision: 'INT8' });
  setId = await seedSet(api.db, versionId);
  const [row] = await api.db.query<{ id: string }>(
    `insert into batch_predictions (model, fingerprint, manifest, point, version_id, set_id, splits, head_sha256, scores_sha256, status, sample_count)
     values ('birds/1', 'x', $1, $2, $3, $4, '{TEST}', $5, $5, 'SUCCEEDED', 2) returning id`,
    [
      JSON.stringify({
        labels: [
          { key: '1', name: 'bird' },
          { key: '2', name: 'cat' },
        ],
      }),
      JSON.stringify({ thresholds: [0.5, 0.5], calibration: null, topK: null }),
      versionId,
      setId,
      digestOf('scores'),
    ],
  );
  id = row!.id;
});
afterAll(() => api.stop());

const FIELDS = `model splits status progress sampleCount job { id } embeddingSet { id } datasetVersion { number }
  predictions(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { sample { key } labels { label { key name } score } scores { score threshold } } }`;

async function ask(first: number, after: string | null) {
  const answer = await api.post(
    `query ($id: ID!, $first: Int!, $after: String) { batchPrediction(id: $id) { ${FIELDS} } }`,
    { id, first, after },
  );
  expect(answer.errors).toBeUndefined();
  return answer.data.batchPrediction;
}

describe('a batch prediction', () => {
  test('is read a page at a time', async () => {
    const first = await ask(1, null);
    expect(first).toMatchObject({
      model: 'birds/1',
      status: 'SUCCEEDED',
      progress: 1,
      sampleCount: 2,
      job: null,
      embeddingSet: { id: setId },
    });
    expect(first.predictions).toMatchObject({
      totalCount: 2,
      pageInfo: { hasNextPage: true },
      nodes: [
        {
          labels: [{ label: { key: '2', name: 'cat' }, score: 0.75 }],
          scores: [
            { score: 0.25, threshold: 0.5 },
            { score: 0.75, threshold: 0.5 },
          ],
        },
      ],
    });
    const second = await ask(5, first.predictions.pageInfo.endCursor);
    expect(second.predictions.nodes).toHaveLength(1);
    expect(second.predictions.pageInfo.hasNextPage).toBe(false);
    const keys = [first, second].map((each) => each.predictions.nodes[0].sample.key);
    expect(new Set(keys).size).toBe(2);
    const { data } = await api.post('{ batchPredictions { totalCount nodes { id } } }');
    expect(data.batchPredictions).toEqual({ totalCount: 1, nodes: [{ id }] });
  });

  test('is exported by a signed address that carries its columns', async () => {
    const query = `query ($id: ID!, $columns: [ExportColumnInput!]) { batchPrediction(id: $id) { exportUrl(format: CSV, columns: $columns) } }`;
    const urlOf = async (columns: unknown) =>
      (await api.post(query, { id, columns })).data.batchPrediction.exportUrl as string;
    const url = await urlOf([
      { name: 'ImageID', value: 'KEY' },
      { name: 'Labels', value: 'LABELS', separator: ' ' },
    ]);
    const response = await api.raw(url, { token: null });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('first\nsecond\n');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toContain('predictions.csv');
    await (await api.raw(await urlOf(null), { token: null })).text();
    expect(exported).toEqual([
      ['CSV', ['ImageID', 'Labels']],
      ['CSV', ['key', 'labels', 'score 1', 'score 2']],
    ]);
    const parquet = (
      await api.post(
        `query ($id: ID!) { batchPrediction(id: $id) { exportUrl(format: PARQUET) } }`,
        { id },
      )
    ).data.batchPrediction.exportUrl as string;
    const typed = await api.raw(parquet, { token: null });
    expect(typed.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    expect(typed.headers.get('content-disposition')).toContain('predictions.parquet');
    expect(exported.pop()).toEqual(['PARQUET', ['key', 'labels', 'score 1', 'score 2']]);
    const other = url.replace('/csv/', '/jsonl/');
    expect((await api.raw(other, { token: null })).status).toBe(403);
    const wrong = await api.post(query, { id, columns: [{ name: 'x', value: 'SCORE' }] });
    expect(wrong.code).toBe('BAD_USER_INPUT');
  });
});
