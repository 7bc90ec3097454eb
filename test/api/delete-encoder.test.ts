import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Database } from '../../src/db/database.js';
import type { Tx } from '../../src/db/sql.js';
import { enqueueJob } from '../../src/jobs/enqueue.js';
import { addEncoder } from '../../src/services/add-encoder.js';
import { deleteEncoder, removeDeletedEncoders } from '../../src/services/delete-encoder.js';
import { ensureEmbeddingSet } from '../../src/services/embed-dataset.js';
import { listEncoders } from '../../src/services/list-encoders.js';
import { LocalEncoders } from '../../src/services/local-encoders.js';
import { TINY_CLIP } from '../support/clip/fixtures.js';
import { catalogued } from '../support/hub/catalogued.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedModel, seedRun, seedSet } from './support/seed.js';

const LOCAL = 'local/tiny';
const HUB = 'someone/tiny';
const catalogue = new Map([[HUB, catalogued(HUB)]]);

let api: Api;
let data: string;
const roots = () => ({
  builtIn: path.join(data, 'models'),
  local: path.join(data, 'encoders'),
  hub: path.join(data, 'hub'),
});
const encoders = () => new LocalEncoders(roots(), { license: () => null, onUnusable: () => {} });

beforeAll(async () => {
  api = await startApi({
    services: (db) => ({
      deleteEncoder: (id) => deleteEncoder({ db, roots: roots() }, id),
      encoders: { list: () => listEncoders({ db, encoders: encoders(), catalogue }) },
    }),
  });
});
beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'clipwright-delete-'));
  const { builtIn, local, hub } = roots();
  for (const folder of [`${builtIn}/mini`, `${local}/tiny`, `${hub}/${HUB}`]) {
    await cp(TINY_CLIP, folder, { recursive: true });
  }
});
afterEach(async () => {
  await rm(data, { recursive: true, force: true });
  for (const table of ['models', 'runs', 'jobs', 'embedding_sets', 'embedding_spaces']) {
    await api.db.query(`delete from ${table}`);
  }
});
afterAll(() => api.stop());

const remove = (id: string) =>
  api.post('mutation($id: ID!) { deleteEncoder(id: $id) { id freedBytes } }', { id });
const status = async (id: string): Promise<string | undefined> => {
  const { data: listed } = await api.post('{ encoders { id status } }');
  return listed.encoders.find((each: { id: string }) => each.id === id)?.status;
};

async function bytesOf(folder: string): Promise<number> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  const sizes = files.map(async (file) => (await stat(path.join(file.parentPath, file.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A run of one of the encoder's sets. */
async function runOf(encoderId: string, runStatus: string): Promise<string> {
  const { versionId } = await seedDataset(api.db, { name: `set-${Math.random()}` });
  const setId = await seedSet(api.db, versionId, { encoderId });
  await api.db.query(`update jobs set status = 'SUCCEEDED'`);
  const id = await seedRun(api.db, { versionId, setId }, { name: 'mine', status: runStatus });
  await api.db.query('update runs set encoder_id = $2 where id = $1', [id, encoderId]);
  return id;
}

describe('deleteEncoder', () => {
  test('frees what was added, and a second time there is nothing', async () => {
    const sizeBytes = await bytesOf(path.join(roots().local, 'tiny'));
    expect(sizeBytes).toBeGreaterThan(0);
    const { data: deleted } = await remove(LOCAL);
    expect(deleted.deleteEncoder).toEqual({ id: LOCAL, freedBytes: sizeBytes });
    expect(await bytesOf(roots().local)).toBe(0);
    expect(await status(LOCAL)).toBeUndefined();
    expect((await remove(LOCAL)).code).toBe('NOT_FOUND');
  });

  test('frees what was downloaded, parts of other precisions too; the catalogue still offers it', async () => {
    const parts = path.join(roots().hub, '.partial', HUB);
    await mkdir(parts, { recursive: true });
    await writeFile(path.join(parts, 'half'), 'a tower');
    const sizeBytes = await bytesOf(roots().hub);
    expect((await remove(HUB)).data.deleteEncoder.freedBytes).toBe(sizeBytes);
    expect(await bytesOf(roots().hub)).toBe(0);
    expect(await status(HUB)).toBe('AVAILABLE');
  });

  test('leaves what links in its folder lead to', async () => {
    const elsewhere = path.join(data, 'elsewhere');
    const linked = path.join(roots().local, 'linked');
    await cp(TINY_CLIP, elsewhere, { recursive: true });
    await mkdir(linked);
    for (const name of await readdir(elsewhere)) {
      await symlink(path.join(elsewhere, name), path.join(linked, name));
    }
    expect(await status('local/linked')).toBe('FAILED');
    expect((await remove('local/linked')).data.deleteEncoder.freedBytes).toBe(0);
    expect(await status('local/linked')).toBeUndefined();
    expect(await bytesOf(elsewhere)).toBe(await bytesOf(TINY_CLIP));
  });

  test.each(['clipwright/mini', 'local/absent', 'local/../tiny', 'local/.deleted', '', '../..'])(
    'leaves everything where it is asked for %j',
    async (id) => {
      const before = await bytesOf(data);
      expect((await remove(id)).code).toBe(id === 'clipwright/mini' ? 'CONFLICT' : 'NOT_FOUND');
      expect(await bytesOf(data)).toBe(before);
    },
  );

  test.each(['QUEUED', 'SUCCEEDED'])('refuses while a run of it is %s', async (runStatus) => {
    await runOf(LOCAL, runStatus);
    const { code, errors } = await remove(LOCAL);
    expect(code).toBe('CONFLICT');
    expect(errors![0].message).toContain('is used by 1 run (mine)');
    expect(await status(LOCAL)).toBe('READY');
    expect((await remove(HUB)).errors).toBeUndefined();
  });

  test('names no more than three of what uses it', async () => {
    for (let i = 0; i < 4; i++) await runOf(LOCAL, 'SUCCEEDED');
    expect((await remove(LOCAL)).errors![0].message).toContain('4 runs (mine; mine; mine; …)');
  });

  test('goes where its runs have failed; their embeddings stay', async () => {
    await runOf(LOCAL, 'FAILED');
    expect((await remove(LOCAL)).errors).toBeUndefined();
    expect(await api.db.query('select id from embedding_sets')).toHaveLength(1);
  });

  test('refuses while a model version predicts with it, whatever has become of the run', async () => {
    const runId = await runOf(LOCAL, 'FAILED');
    await seedModel(api.db, { name: 'photos', runId });
    await api.db.query('update model_versions set manifest = $1', [
      JSON.stringify({ encoder: { id: LOCAL } }),
    ]);
    expect((await remove(LOCAL)).errors![0].message).toContain('2 model versions (photos/');
  });

  test('refuses while an embedding with it is under way, and says of what', async () => {
    await runOf(LOCAL, 'FAILED');
    const [dataset] = await api.db.query<{ name: string }>(
      'select name from datasets order by created_at desc limit 1',
    );
    const [job] = await api.db.query<{ id: string }>(
      `update jobs set status = 'RUNNING' where id in (select job_id from embedding_sets) returning id`,
    );
    expect((await remove(LOCAL)).errors![0].message).toContain(
      `1 embedding (dataset ${dataset!.name}, version 1, by job ${job!.id})`,
    );
  });

  test('refuses while another precision of it is being downloaded', async () => {
    const payload = { encoderId: HUB, precision: 'INT8' };
    const jobId = await api.db.transaction((tx) =>
      enqueueJob(tx, { task: 'download-encoder', payload }),
    );
    expect((await remove(HUB)).errors![0].message).toContain(
      `The download of ${HUB} in INT8 is under way, by job ${jobId}`,
    );
    expect(await status(HUB)).toBe('READY');
  });

  test('refuses while a broken one is being added anew, and says from where', async () => {
    const payload = { encoderId: LOCAL, directory: '/import/tiny' };
    const jobId = await api.db.transaction((tx) =>
      enqueueJob(tx, { task: 'add-encoder', payload }),
    );
    expect((await remove(LOCAL)).errors![0].message).toContain(
      `The addition of ${LOCAL} from /import/tiny is under way, by job ${jobId}`,
    );
  });

  test('killed halfway leaves no encoder, and files that the server removes later', async () => {
    const killed: Pick<Database, 'transaction'> = {
      async transaction(work) {
        await api.db.transaction(work);
        throw new Error('killed');
      },
    };
    await expect(deleteEncoder({ db: killed, roots: roots() }, LOCAL)).rejects.toThrow('killed');
    expect(await bytesOf(roots().local)).toBeGreaterThan(0);
    expect(await status(LOCAL)).toBeUndefined();
    const importRoot = path.join(data, 'import');
    await cp(TINY_CLIP, path.join(importRoot, 'tiny'), { recursive: true });
    const adding = { db: api.db, encoders: encoders(), importRoots: [importRoot] };
    expect(await addEncoder(adding, 'tiny')).toEqual(expect.any(String));
    await removeDeletedEncoders(roots());
    expect(await bytesOf(roots().local)).toBeGreaterThan(0);
    await removeDeletedEncoders(roots(), Date.now() + 2 * 60 * 60 * 1000);
    expect(await bytesOf(roots().local)).toBe(0);
    expect(await status(HUB)).toBe('READY');
  });

  describe('while something begins with the encoder', () => {
    /** Begins an embedding with the encoder as it was found before. */
    async function beginning(): Promise<(tx: Tx) => Promise<unknown>> {
      const { versionId } = await seedDataset(api.db, { name: `set-${Math.random()}` });
      const encoder = (await encoders().get(LOCAL))!;
      return (tx) => ensureEmbeddingSet(tx, { datasetVersionId: versionId, encoder });
    }
    const oneWaits = () =>
      vi.waitUntil(
        async () =>
          (
            await api.db.query(
              `select from pg_locks where locktype = 'advisory' and not granted
                 and database = (select oid from pg_database where datname = current_database())`,
            )
          ).length > 0,
        { timeout: 10_000 },
      );

    test('waits for what came first, and refuses then', async () => {
      const begin = await beginning();
      let removed: ReturnType<typeof remove> | undefined;
      await api.db.transaction(async (tx) => {
        await begin(tx);
        removed = remove(LOCAL);
        await oneWaits();
      });
      expect((await removed!).errors![0].message).toContain('is used by 1 embedding');
      expect(await status(LOCAL)).toBe('READY');
    });

    test('that came first leaves nothing begun', async () => {
      const begin = await beginning();
      let begun: Promise<unknown> | undefined;
      const slow: Pick<Database, 'transaction'> = {
        transaction: (work) =>
          api.db.transaction(async (tx) => {
            const result = await work(tx);
            begun = api.db.transaction(begin).catch((error: unknown) => error);
            await oneWaits();
            return result;
          }),
      };
      await deleteEncoder({ db: slow, roots: roots() }, LOCAL);
      expect(await begun).toMatchObject({
        code: 'NOT_FOUND',
        message: `The encoder ${LOCAL} has been deleted meanwhile.`,
      });
      expect(await api.db.query('select from embedding_sets')).toEqual([]);
    });
  });
});
