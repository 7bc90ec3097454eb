import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertModelVersion } from '../../src/db/registry.queries.js';
import { deleteModelVersion } from '../../src/services/delete-model-version.js';
import { deleteRun } from '../../src/services/delete-run.js';
import { MemoryBlobStore } from '../support/memory-blob-store.js';
import { type Api, startApi } from './support/api.js';
import { METRICS, seedDataset, seedModel, seedRun, seedSet } from './support/seed.js';

let api: Api;
let runIds: string[];
const asked: unknown[] = [];

beforeAll(async () => {
  api = await startApi({
    services: (db) => ({
      async createEnsemble(input) {
        asked.push(input);
        const { name } = input;
        const manifest = { metrics: { ...METRICS, macroF1: 0.75 } };
        const headSha256 = 'c'.repeat(64);
        return db.transaction((tx) =>
          insertModelVersion(tx, { name, runIds, manifest, headSha256, sizeBytes: 42 }),
        );
      },
      deleteModelVersion: (ref) => deleteModelVersion({ db, blobs: new MemoryBlobStore() }, ref),
      deleteRun: (id) => deleteRun({ db, blobs: new MemoryBlobStore() }, id),
    }),
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos' });
  const setId = await seedSet(api.db, versionId);
  runIds = [];
  for (let i = 0; i < 3; i++) runIds.push(await seedRun(api.db, { versionId, setId }));
});
afterAll(() => api.stop());

const CREATE =
  'mutation($input: CreateEnsembleInput!) { createEnsemble(input: $input) { id number } }';
const SHOWN = `query($ref: String!) { modelVersion(ref: $ref) { run { id } runs { id } labels { key }
  metrics { macroF1 undefinedLabels { key } } encoder { id } sizeBytes model { name } } }`;

describe('an ensemble', () => {
  test('is made, shown with its members and by them, and deleted', async () => {
    const input = { name: 'mean', runIds, thresholds: { kind: 'GLOBAL' } };
    const made = await api.post(CREATE, { input });
    expect(made.errors).toBeUndefined();
    expect(made.data.createEnsemble.number).toBe(1);
    expect(asked.at(-1)).toMatchObject(input);
    const { data } = await api.post(SHOWN, { ref: 'mean/1' });
    expect(data.modelVersion).toMatchObject({
      run: null,
      runs: runIds.map((id) => ({ id })),
      labels: [{ key: '3' }, { key: '16' }],
      metrics: { macroF1: 0.75, undefinedLabels: [{ key: '16' }] },
      sizeBytes: 42,
      model: { name: 'mean' },
    });
    await seedModel(api.db, { name: 'alone', runId: runIds[0]! });
    const used = await api.post(
      'query($id: ID!) { run(id: $id) { modelVersions { model { name } run { id } } } }',
      { id: runIds[0] },
    );
    expect(used.data.run.modelVersions).toEqual([
      { model: { name: 'mean' }, run: null },
      ...Array(2).fill({ model: { name: 'alone' }, run: { id: runIds[0] } }),
    ]);
    const DELETE_RUN = 'mutation($id: ID!) { deleteRun(id: $id) { id } }';
    expect((await api.post(DELETE_RUN, { id: runIds[1] })).code).toBe('CONFLICT');
    await api.post('mutation { deleteModelVersion(ref: "mean/1") { id } }');
    expect((await api.post(SHOWN, { ref: 'mean/1' })).data.modelVersion).toBeNull();
    expect((await api.post(DELETE_RUN, { id: runIds[1] })).data.deleteRun).toEqual({
      id: runIds[1],
    });
  });
});
