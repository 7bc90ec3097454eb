import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertBatchPrediction } from '../../../src/db/batch-predictions.queries.js';
import { lockBlobsForWriting } from '../../../src/db/blob-lock.js';
import { deleteDataset } from '../../../src/services/delete-dataset.js';
import { DiskUsage } from '../../../src/services/disk-usage.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { removeUnreferenced, sweepOrphans } from '../../../src/services/remove-blobs.js';
import { removeStaleThumbnails } from '../../../src/services/remove-stale-thumbnails.js';
import { Thumbnails, thumbnailDirectory } from '../../../src/services/thumbnails.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { prefixes } from '../../../src/storage/disk-store.js';
import { sha256Of } from '../../../src/storage/sha256.js';
import { makePng } from '../../support/png.js';
import { DataLine, type EndedJob } from './data-line.js';

let line: DataLine;
let thumbnails: Thumbnails;

beforeAll(async () => {
  line = await DataLine.create();
  thumbnails = new Thumbnails(line.deps, line.directory);
  await line.worker();
});
afterAll(() => line.close());

const remove = (id: string) => deleteDataset({ ...line.deps, thumbnails }, id);

async function dataset(name: string, from: number, n: number): Promise<EndedJob> {
  const rows = Array.from({ length: n }, (_, i) => from + i);
  await line.write(name, {
    'table.csv': `image,labels,caption\n${rows.map((i) => `${i}.png,1,caption ${i}`).join('\n')}\n`,
    ...Object.fromEntries(rows.map((i) => [`${i}.png`, makePng(i)])),
  });
  const job = await line.import(name, name);
  expect(job.status).toBe('SUCCEEDED');
  return job;
}

async function embed(versionId: string): Promise<void> {
  const setId = await embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId: versionId, encoderId: 'test/fake' },
  );
  const [set] = await line.db.query<{ jobId: string }>(
    'select job_id as "jobId" from embedding_sets where id = $1',
    [setId],
  );
  expect((await line.ended(set!.jobId)).status).toBe('SUCCEEDED');
}

/** Every stored file with its size. */
async function files(): Promise<Map<Sha256, number>> {
  const found = new Map<Sha256, number>();
  for (const prefix of prefixes()) {
    for (const sha256 of await line.blobs.listOlder(prefix, -60_000)) {
      found.set(sha256, (await stat(line.blobs.path(sha256))).size);
    }
  }
  return found;
}

const total = (sizes: Map<Sha256, number>) => [...sizes.values()].reduce((a, b) => a + b, 0);

const BATCH_SCORES = Buffer.alloc(70, 3);

/** A run that nobody has registered, and a prediction by it that has another file of scores. */
async function runAndBatch(): Promise<void> {
  const [set] = await line.db.query<{ id: string; versionId: string }>(
    'select id, version_id as "versionId" from embedding_sets limit 1',
  );
  const { id: setId, versionId } = set!;
  const [head, scores, batchScores] = await line.blobs.putMany([
    Buffer.alloc(100, 1),
    Buffer.alloc(50, 2),
    BATCH_SCORES,
  ]);
  await line.db.query(
    `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags, status, head_sha256, scores_sha256)
     values ('r', $1, $2, 'test/fake', '{}', 7, '{0.5}', '{}', 'SUCCEEDED', decode($3, 'hex'), decode($4, 'hex'))`,
    [versionId, setId, head, scores],
  );
  await line.db.transaction((tx) =>
    insertBatchPrediction(tx, {
      ...{
        model: 'run:r',
        thresholdSet: null,
        fingerprint: Buffer.alloc(32),
        manifest: {},
        point: {},
      },
      ...{ versionId, setId, splits: [], headSha256: head! },
    }),
  );
  await line.db.query(`update batch_predictions set scores_sha256 = decode($1, 'hex')`, [
    batchScores,
  ]);
}

describe('the disk used', () => {
  it('is what the database takes and every file, those that two rows name once', async () => {
    for (const name of ['twice', 'twice again']) {
      const made = await dataset(name, 300, 10);
      await embed(made.versionId!);
    }
    const artifacts = await line.db.query('select distinct artifact_sha256 from embedding_sets');
    expect(artifacts).toHaveLength(1);
    await runAndBatch();
    const usage = new DiskUsage(line);
    const outside = async () => {
      const [row] = await line.db.query<{ bytes: number }>(
        'select pg_database_size(current_database())::float8 as bytes',
      );
      return (await usage.bytes()) - row!.bytes;
    };
    // The database itself may grow between the two looks.
    await expect.poll(outside).toBe(total(await files()));
    // What was looked at is known, and what is gone no longer counts.
    await line.db.query('delete from batch_predictions');
    const [run] = await line.db.query<{ head: Sha256; scores: Sha256 }>(
      `delete from runs returning encode(head_sha256, 'hex') as head, encode(scores_sha256, 'hex') as scores`,
    );
    await removeUnreferenced(line.deps, [run!.head, run!.scores, sha256Of(BATCH_SCORES)]);
    await expect.poll(outside).toBe(total(await files()));
    const ids = await line.db.query<{ id: string }>('select id from datasets');
    for (const { id } of ids) await remove(id);
  });
});

describe('deleting a dataset', () => {
  it('frees what nothing else uses, to the byte, and touches nothing else', async () => {
    const kept = await dataset('kept', 0, 30);
    await embed(kept.versionId!);
    const before = await files();
    const entries = await line.count('embedding_entries');
    const other = await dataset('other', 20, 30); // shares ten images and captions
    await embed(other.versionId!);
    await thumbnails.get(sha256Of(makePng(45)), 96);
    const during = await files();

    const deletion = await remove(other.datasetId!);
    expect(await files()).toEqual(before);
    expect(deletion).toEqual({ id: other.datasetId, freedBytes: total(during) - total(before) });
    expect(await line.count('embedding_entries')).toBe(entries);
    expect(await line.count('images')).toBe(30);
    expect(await line.count('datasets')).toBe(1);
    expect(await thumbnails.get(sha256Of(makePng(45)), 96)).toBeNull();

    const computed = line.encoder.images;
    await dataset('third', 0, 30);
    expect(line.encoder.images).toBe(computed);
    await expect(remove(other.datasetId!)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps a pack that holds a vector of somebody else', async () => {
    const first = await dataset('pack a', 100, 20);
    await embed(first.versionId!);
    const second = await dataset('pack b', 110, 20); // ten of its vectors lie in the pack of the first
    await embed(second.versionId!);
    const [{ packs }] = await packsOf();
    await remove(first.datasetId!);
    await embed(second.versionId!);
    expect((await packsOf())[0].packs).toBe(packs);
    await remove(second.datasetId!);
    expect((await packsOf())[0].packs).toBeLessThan(packs);
    async function packsOf() {
      return line.db.query<{ packs: number }>(
        'select count(*)::int as packs from embedding_packs',
      ) as Promise<[{ packs: number }]>;
    }
  });

  it('is refused while a job works on it or runs are there', async () => {
    const made = await dataset('busy', 200, 5);
    await line.stopWorkers();
    const { jobId } = await line.start({ name: 'busy', source: { directory: 'busy' } });
    await expect(remove(made.datasetId!)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('A job works on the dataset'),
    });
    await line.cancel(jobId);
    await embedDataset(
      { db: line.db, encoders: line.encoder },
      { datasetVersionId: made.versionId!, encoderId: 'test/fake' },
    );
    await expect(remove(made.datasetId!)).rejects.toMatchObject({ code: 'CONFLICT' });
    await line.worker();
    await embed(made.versionId!);
    await line.db.query(
      `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags)
       select 'r', version_id, id, 'test/fake', '{}', 1, '{}', '{}' from embedding_sets where version_id = $1`,
      [made.versionId],
    );
    await expect(remove(made.datasetId!)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The dataset has 1 run: delete it first.',
    });
    await line.db.query('delete from runs');
    expect((await remove(made.datasetId!)).freedBytes).toBeGreaterThan(0);
  });

  it('answers NOT_FOUND to what is no id', async () => {
    for (const id of ['', '..', "' or true --", '00000000-0000-0000-0000-000000000000']) {
      await expect(remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('the orphan sweep', () => {
  const age = async (sha256: Sha256) => {
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(line.blobs.path(sha256), old, old);
  };

  it('removes every old file that no row names, and no other', async () => {
    const made = await dataset('swept', 300, 10);
    await embed(made.versionId!);
    const named = await files();
    for (const sha256 of named.keys()) await age(sha256);
    const orphans = await line.blobs.putMany(
      Array.from({ length: 100 }, (_, i) => Buffer.from(`orphan ${i}`)),
    );
    for (const sha256 of orphans) await age(sha256);
    const young = await line.blobs.put(Buffer.from('young'));
    const sweep = await sweepOrphans(line.deps);
    expect(sweep).toEqual({ images: 0, freedBytes: 100 * 8 + 90, skipped: 0 });
    expect(await files()).toEqual(new Map([...named, [young, 5]]));
    await line.blobs.remove(young);
  });

  it('removes what a killed writer did not finish, after a day', async () => {
    const [abandoned, young] = [await line.blobs.temporaryPath(), await line.blobs.temporaryPath()];
    for (const path of [abandoned, young]) await writeFile(path, 'half a pack');
    const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(abandoned, old, old);
    await sweepOrphans(line.deps);
    expect(await readdir(dirname(young))).toEqual([basename(young)]);
    await rm(young);
  });

  it('removes images that an import stored and never published', async () => {
    await line.write('lost', {
      'a.png': makePng(400),
      'b.png': makePng(401),
      't.csv': 'image,labels\na.png,1\nb.png,1\n',
    });
    await line.stopWorkers();
    const { jobId } = await line.start({ name: 'lost', source: { directory: 'lost' } });
    const sha256 = await line.blobs.put(makePng(400));
    await line.db.query(
      `insert into images (sha256, bytes, format, width, height, created_at)
       values (decode($1, 'hex'), 1, 'png', 8, 6, now() - interval '2 hours')`,
      [sha256],
    );
    await line.db.query(
      `insert into import_rows (job_id, key, line, labels, labelled, image_sha256)
       values ($1, 'a', 2, '{}', false, decode($2, 'hex'))`,
      [jobId, sha256],
    );
    await age(sha256);
    expect(await sweepOrphans(line.deps)).toMatchObject({ images: 0, freedBytes: 0 });
    await line.cancel(jobId);
    expect(await sweepOrphans(line.deps)).toMatchObject({
      images: 1,
      freedBytes: makePng(400).length,
    });
    expect(await line.blobs.has(sha256)).toBe(false);
    await line.worker();
  });

  it('leaves alone what a transaction is about to name, and does not wait for it', async () => {
    const sha256 = await line.blobs.put(Buffer.from('about to be named'));
    await age(sha256);
    await line.db.transaction(async (tx) => {
      await lockBlobsForWriting(tx);
      expect(await sweepOrphans(line.deps)).toMatchObject({ freedBytes: 0, skipped: 2 });
      expect(await line.blobs.has(sha256)).toBe(true);
    });
    expect(await removeUnreferenced(line.deps, [sha256])).toBe(17);
  });

  it('never removes a file whose row commits, whatever the interleaving', async () => {
    const stop = new AbortController();
    let freed = 0;
    const sweeping = (async () => {
      while (!stop.signal.aborted) {
        freed += (await sweepOrphans(line.deps, { graceMs: 0 })).freedBytes;
      }
    })();
    // A retry, where the sweep came between the file and the lock, is what writers do.
    const write = async (number: number) => {
      const bytes = Buffer.from(`content ${number % 7}`);
      for (;;) {
        const sha256 = await line.blobs.put(bytes);
        const written = await line.db.transaction(async (tx) => {
          await lockBlobsForWriting(tx);
          if (!(await line.blobs.has(sha256))) return false;
          await tx.query(
            `insert into images (sha256, bytes, format, width, height)
             values (decode($1, 'hex'), 1, 'png', 1, 1) on conflict do nothing`,
            [sha256],
          );
          return true;
        });
        if (written) return sha256;
      }
    };
    try {
      // The sweep waits for nobody: until it came through several times, too.
      for (let number = 0; number < 300 || freed < 50; number++) {
        await sleep(number % 4);
        const sha256 = await write(number);
        // Named, or gone together with its row: never a row without its file.
        const [{ lost }] = (await line.db.transaction(async (tx) => {
          await lockBlobsForWriting(tx);
          const rows = await tx.query('select from images where sha256 = decode($1, $$hex$$)', [
            sha256,
          ]);
          return [{ lost: rows.length === 1 && !(await line.blobs.has(sha256)) }];
        })) as [{ lost: boolean }];
        expect(lost).toBe(false);
      }
    } finally {
      stop.abort();
      await sweeping;
    }
  });
});

describe('thumbnails', () => {
  it('are made once for all who ask, named by digest and size, and kept', async () => {
    await dataset('drawn', 500, 1);
    const sha256 = sha256Of(makePng(500));
    let made = 0;
    const counting = new Thumbnails(
      {
        ...line.deps,
        images: {
          thumbnail: (source, size) => {
            made++;
            return line.images.thumbnail(source, size);
          },
        },
      },
      line.directory,
    );
    const all = await Promise.all(Array.from({ length: 20 }, () => counting.get(sha256, 192)));
    expect(made).toBe(1);
    const path = `${line.directory}/cache/thumbnails/${sha256}-192.webp`;
    expect(all[0]).toEqual({ path, contentType: 'image/webp' });
    expect((await stat(path)).size).toBeGreaterThan(0);
    await counting.get(sha256, 192);
    expect(made).toBe(1);
  });

  it('are given all the same where they cannot be kept, and leave nothing half-written', async () => {
    await dataset('drawn on a full disk', 501, 1);
    const sha256 = sha256Of(makePng(501));
    // The disk is full after the first bytes.
    const bytes = {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from('the first bytes');
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    } as never;
    const directory = join(line.directory, 'full');
    const full = new Thumbnails(
      { ...line.deps, images: { thumbnail: async () => bytes } },
      directory,
    );
    expect(await full.get(sha256, 96)).toEqual({ bytes, contentType: 'image/webp' });
    expect(await readdir(join(directory, 'cache/thumbnails'))).toEqual([]);
  });

  it('of an image that is gone are swept, as are those that a crash left unfinished', async () => {
    await dataset('drawn and kept', 502, 1);
    const directory = thumbnailDirectory(line.directory);
    const kept = `${sha256Of(makePng(502))}-96.webp`;
    await thumbnails.get(sha256Of(makePng(502)), 96);
    const [unfinished, beingWritten] = [`${kept}.${randomUUID()}`, `${kept}.${randomUUID()}`];
    const left = [`${sha256Of(Buffer.from('gone'))}-96.webp`, unfinished, beingWritten];
    for (const name of left) await writeFile(join(directory, name), 'drawn');
    await utimes(join(directory, unfinished), 0, 0);
    await removeStaleThumbnails({ db: line.db, dataDirectory: line.directory });
    const found = await readdir(directory);
    expect(found).toContain(kept);
    expect(found.filter((name) => left.includes(name))).toEqual([beingWritten]);
    await removeStaleThumbnails({ db: line.db, dataDirectory: join(line.directory, 'nowhere') });
  });

  it('are not made of what is no image of ours', async () => {
    const secret = await line.blobs.put(Buffer.from('a model'));
    expect(await thumbnails.get(secret, 96)).toBeNull();
    await expect(thumbnails.get('../../etc/passwd', 96)).rejects.toThrow(RangeError);
    await expect(thumbnails.get(secret, 97 as never)).rejects.toThrow(RangeError);
  });
});
