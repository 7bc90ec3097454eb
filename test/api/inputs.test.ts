import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClipwrightError } from '../../src/errors/clipwright-error.js';
import { type Api, startApi } from './support/api.js';

let api: Api;
let received: unknown;
beforeAll(async () => {
  const receive = async (input: unknown): Promise<never> => {
    received = input;
    throw new ClipwrightError('CONFLICT', 'received');
  };
  api = await startApi({
    services: {
      startRun: receive,
      importDataset: receive,
      updateRun: receive,
      embedDataset: receive,
      predict: (model, inputs) => receive({ model, inputs }),
    },
  });
});
afterAll(() => api.stop());

/** What the service got, as plain values: what was left out must not arrive as null. */
async function sent(query: string, variables?: Record<string, unknown>): Promise<unknown> {
  received = undefined;
  expect((await api.post(query, variables)).code).toBe('CONFLICT');
  return JSON.parse(JSON.stringify(received));
}

test('a run gets its defaults, and null stays apart from what was left out', async () => {
  const start = 'mutation($i: StartRunInput!) { startRun(input: $i) { id } }';
  expect(await sent(start, { i: { datasetId: 'd', encoderId: 'e' } })).toEqual({
    datasetId: 'd',
    encoderId: 'e',
    seed: 1,
  });
  const fold = { count: 5, index: 4 };
  expect(await sent(start, { i: { datasetId: 'd', encoderId: 'e', fold } })).toMatchObject({
    fold: { count: 5, index: 4, seed: 1 },
  });
  const config = {
    earlyStopping: null,
    head: { kind: 'LINEAR' },
    loss: { kind: 'BCE', margin: null },
  };
  expect(await sent(start, { i: { datasetId: 'd', encoderId: 'e', seed: 7, config } })).toEqual({
    datasetId: 'd',
    encoderId: 'e',
    seed: 7,
    config,
  });
});

test('an import gets its defaults', async () => {
  const query =
    'mutation { importDataset(input: { name: "n", source: { directory: "d" }, split: { seed: 3 } }) { job { id } } }';
  expect(await sent(query)).toEqual({
    name: 'n',
    source: { directory: 'd' },
    split: { seed: 3 },
    format: 'AUTO',
    append: false,
  });
});

test('an update changes only what is named', async () => {
  expect(await sent('mutation { updateRun(id: "x", notes: null) { id } }')).toEqual({
    id: 'x',
    notes: null,
  });
  expect(await sent('mutation { updateRun(id: "x", tags: ["a"]) { id } }')).toEqual({
    id: 'x',
    tags: ['a'],
  });
});

test('embeddings are FP32 unless asked', async () => {
  const query = (more: string) =>
    `mutation { embedDataset(datasetVersionId: "v", encoderId: "e" ${more}) { id } }`;
  expect(await sent(query(''))).toMatchObject({ precision: 'FP32' });
  expect(await sent(query(', precision: INT8'))).toMatchObject({ precision: 'INT8' });
});

test('a prediction gets bytes, or the id of a sample', async () => {
  const query = 'query($i: [PredictInput!]!) { predict(model: "m/1", inputs: $i) { key } }';
  const base64 = Buffer.from('bytes').toString('base64');
  const answer = await sent(query, {
    i: [{ key: 'a', text: 't' }, { image: { base64 } }, { text: 't', image: { sampleId: 's' } }],
  });
  expect(answer).toEqual({
    model: 'm/1',
    inputs: [
      { key: 'a', text: 't', image: null },
      {
        key: null,
        text: null,
        image: { bytes: { type: 'Buffer', data: [...Buffer.from('bytes')] } },
      },
      { key: null, text: 't', image: { sampleId: 's' } },
    ],
  });
  for (const image of [{}, { base64, sampleId: 's' }]) {
    expect((await api.post(query, { i: [{ image }] })).code).toBe('BAD_USER_INPUT');
  }
});
