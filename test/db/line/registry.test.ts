import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteModelVersion } from '../../../src/services/delete-model-version.js';
import { deleteRun } from '../../../src/services/delete-run.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { removeAlias, setAlias } from '../../../src/services/model-aliases.js';
import { registerModel } from '../../../src/services/register-model.js';
import { resolveOperatingPoint } from '../../../src/services/resolve-operating-point.js';
import { startRun } from '../../../src/services/start-run.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';

let line: DataLine;
let versionId: string;
let setId: string;
let datasetId: string;

beforeAll(async () => {
  line = await DataLine.create();
  await line.worker();
  await line.write('rows', {
    'table.csv': 'image,labels,caption\n1.png,a,one\n2.png,b,two\n',
    '1.png': makePng(1),
    '2.png': makePng(2),
  });
  const job = await line.import('rows', 'rows');
  versionId = job.versionId!;
  datasetId = job.datasetId!;
  await line.stopWorkers();
  setId = await embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId: versionId, encoderId: 'test/fake' },
  );
});
afterAll(() => line.close());

/** A run that has succeeded, with a head and scores of its own. */
async function succeeded(): Promise<string> {
  const [head, scores] = await line.blobs.putMany([randomBytes(100), randomBytes(50)]);
  const [run] = await line.db.query<{ id: string }>(
    `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags, status, head_sha256, scores_sha256)
     values ('r', $1, $2, 'test/fake', '{"fusion": {"kind": "TEXT_ONLY"}}', 7, '{0.5, 0.4}', '{}', 'SUCCEEDED',
       decode($3, 'hex'), decode($4, 'hex')) returning id`,
    [versionId, setId, head, scores],
  );
  return run!.id;
}

describe('the registry', () => {
  const conflict = (message: RegExp) => ({
    code: 'CONFLICT',
    message: expect.stringMatching(message),
  });
  const missing = { code: 'NOT_FOUND' };

  it('gives a model version the manifest of its run', async () => {
    const runId = await succeeded();
    await registerModel(line, { runId, name: 'manifest' });
    const resolved = await resolveOperatingPoint(line.db, 'manifest/1', null);
    const { manifest, point } = (await resolveOperatingPoint(line.db, `run:${runId}`, null))!;
    expect(resolved).toMatchObject({ manifest, point });
    expect(resolved!.manifest).toMatchObject({
      thresholds: [0.5, 0.4],
      fusion: 'TEXT_ONLY',
      encoder: { id: 'test/fake', precision: 'FP32' },
      seed: 7,
      dataset: { id: datasetId, name: 'rows', version: 1 },
    });
    expect(await resolveOperatingPoint(line.db, 'manifest/2', null)).toBeUndefined();
  });

  it('never gives a number twice, and lets nothing go that something points at', async () => {
    const runId = await succeeded();
    const name = 'numbers';
    await registerModel(line, { runId, name });
    await registerModel(line, { runId, name });
    await setAlias(line, { model: name, alias: 'best', version: 1 });
    await setAlias(line, { model: name, alias: 'best', version: 2 });
    await expect(setAlias(line, { model: name, alias: 'best', version: 3 })).rejects.toMatchObject(
      missing,
    );
    await expect(setAlias(line, { model: 'none', alias: 'a', version: 1 })).rejects.toMatchObject(
      missing,
    );
    await expect(deleteModelVersion(line, `${name}/2`)).rejects.toMatchObject(conflict(/: best\./));
    await expect(deleteRun(line, runId)).rejects.toMatchObject(
      conflict(/numbers\/\d uses the run/),
    );

    await removeAlias(line, { model: name, alias: 'best' });
    await expect(removeAlias(line, { model: name, alias: 'best' })).rejects.toMatchObject(missing);
    await deleteModelVersion(line, `${name}/2`);
    await expect(deleteModelVersion(line, `${name}/2`)).rejects.toMatchObject(missing);
    await registerModel(line, { runId, name });
    expect(await resolveOperatingPoint(line.db, `${name}/3`, null)).toBeDefined();

    for (const number of [1, 3]) {
      expect((await deleteModelVersion(line, `${name}/${number}`)).freedBytes).toBe(0);
    }
    expect(await deleteRun(line, runId)).toEqual({ id: runId, freedBytes: 150 });
    await expect(deleteRun(line, runId)).rejects.toMatchObject(missing);
  });

  it('takes no run that has not succeeded, and keeps one that has not ended', async () => {
    const input = { datasetId, encoderId: 'test/fake', config: { fusion: { kind: 'TEXT_ONLY' } } };
    const deps = { db: line.db, encoders: line.encoder, limits: { trainingBytes: 1e9 } };
    const start = (more: object = {}) => startRun(deps, { ...input, ...more });
    const runId = await start();
    await expect(registerModel(line, { runId, name: 'early' })).rejects.toMatchObject(
      conflict(/QUEUED/),
    );
    await expect(deleteRun(line, runId)).rejects.toMatchObject(conflict(/is QUEUED: cancel/));
    await expect(start({ datasetVersion: 2 })).rejects.toMatchObject(missing);
    await expect(start({ encoderId: 'none' })).rejects.toMatchObject(missing);
  });
});
