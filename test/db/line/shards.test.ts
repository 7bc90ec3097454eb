import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimShard,
  claimShardToHelp,
  endShard,
  insertShards,
  setShardDone,
} from '../../../src/db/embedding-shards.queries.js';
import { setToEmbed } from '../../../src/db/embeddings.queries.js';
import { deleteWorker, insertWorker } from '../../../src/db/workers.queries.js';
import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import { thisProcess } from '../../../src/jobs/process-identity.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { helpEmbedding } from '../../../src/services/help-embedding.js';
import { listMissing } from '../../../src/services/missing-contents.js';
import { planShards } from '../../../src/services/plan-shards.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';

const [SAMPLES, IMAGES, CAPTIONS] = [1300, 1200, 1150];
const CONTENTS = IMAGES + CAPTIONS;
let line: DataLine;
let versionId: string;
let setId: string;

beforeAll(async () => {
  line = await DataLine.create();
  // The last hundred images and captions are those of the first: contents that two shards have.
  const rows = Array.from({ length: SAMPLES }, (_, i) => i);
  await line.write('photos', {
    'table.csv': `image,labels,caption\n${rows
      .map((i) => `${String(i).padStart(4, '0')}.png,1,caption ${i % CAPTIONS}`)
      .join('\n')}\n`,
    ...Object.fromEntries(
      rows.map((i) => [`${String(i).padStart(4, '0')}.png`, makePng(i % IMAGES)]),
    ),
  });
  await line.worker();
  versionId = (await line.import('photos', 'photos')).versionId!;
}, 60_000);
beforeEach(async () => {
  await line.stopWorkers();
  for (const table of ['embedding_sets', 'embedding_packs', 'workers'] as const) {
    await line.db.query(`delete from ${table}`);
  }
  line.encoder.fail = line.encoder.warning = undefined;
  line.encoder.delay = line.encoder.images = line.encoder.texts.length = 0;
});
afterAll(() => line.close());

async function embed(): Promise<void> {
  setId = await embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId: versionId, encoderId: 'test/fake' },
  );
}

async function set() {
  const [row] = await line.db.query<{
    jobId: string;
    computed: number;
    artifact: string | null;
  }>(
    `select job_id as "jobId", computed_count as computed,
       encode(artifact_sha256, 'hex') as artifact from embedding_sets where id = $1`,
    [setId],
  );
  return row!;
}

interface ShardRow {
  number: number;
  total: number;
  status: string;
  attempt: number;
  pid: number | null;
  leftToJob: boolean;
}

function shards() {
  return line.db.query<ShardRow & { [column: string]: unknown }>(
    `select number, total, status, attempt, w.pid, left_to_job as "leftToJob"
     from embedding_shards s left join workers w on w.id = s.worker_id where set_id = $1 order by number`,
    [setId],
  );
}

/** contents that children have embedded so far */
async function tallied(): Promise<number> {
  const { images, texts } = await line.tally();
  return images + texts;
}

async function until(ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error('it did not happen');
    await sleep(5);
  }
}

async function artifactOfOneWorker(): Promise<string> {
  await line.stopWorkers();
  await line.db.query('update embedding_sets set artifact_sha256 = null where id = $1', [setId]);
  await line.db.query('delete from embedding_packs');
  await embed();
  await line.worker(1);
  const job = await line.ended((await set()).jobId);
  expect(job).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
  return (await set()).artifact!;
}

/** What the set's job does first. */
async function shareOut(): Promise<void> {
  await embed();
  const row = (await setToEmbed(line.db, setId))!;
  const lists = [
    await listMissing(line.db, row, 'IMAGE'),
    await listMissing(line.db, row, 'TEXT'),
  ] as const;
  expect(lists.map(({ length }) => length)).toEqual([IMAGES, CAPTIONS]);
  await line.db.transaction((tx) => insertShards(tx, setId, planShards(lists)));
}

const HELPER = 'clipwright-helper';
const register = (id = HELPER) => insertWorker(line.db, { id, ...thisProcess() });
const never = new AbortController().signal;

describe('a large embedding', () => {
  it('is shared by workers; what one of them was at when it was killed is done again, and the file is the same', async () => {
    const start = await tallied();
    const children = await Promise.all(
      [150, 150, 150].map((delay) => line.childWorker({ delay, helps: true })),
    );
    await embed();
    const { jobId } = await set();
    // The job itself is at one shard, the other two workers help.
    let helped: ShardRow[] = [];
    await until(async () => {
      helped = (await shards()).filter(({ status, pid }) => status === 'RUNNING' && pid !== null);
      return helped.length === 2;
    });
    const [victim] = helped;
    const before = await tallied();
    await until(async () => (await tallied()) >= before + 300);
    await children.find(({ pid }) => pid === victim!.pid)!.kill();
    let last: ShardRow[] = [];
    await until(async () => {
      const rows = await shards();
      if (rows.length > 0) last = rows;
      return rows.length === 0;
    });
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
    expect(last.map(({ attempt }) => attempt)).toEqual(
      last.map(({ number }) => (number === victim!.number ? 2 : 1)),
    );
    const { computed, artifact } = await set();
    expect(computed).toBe(CONTENTS);
    const repeated = (await tallied()) - start - CONTENTS;
    // None, where the victim had kept all that it had computed.
    expect(repeated).toBeGreaterThanOrEqual(0);
    expect(repeated).toBeLessThanOrEqual(victim!.total);

    const events = await line.events(jobId);
    const progress = events.map((event) => event.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(events.map(({ message }) => message)).toContain(
      `${CONTENTS} of ${CONTENTS} photos and captions to embed, in 4 parts`,
    );
    expect(await artifactOfOneWorker()).toBe(artifact);
  }, 120_000);

  it('goes on with its helpers while its own worker is lost, and is taken up by another', async () => {
    const children = await Promise.all(
      [150, 150].map((delay) => line.childWorker({ delay, helps: true })),
    );
    await embed();
    const { jobId } = await set();
    await until(async () => {
      const running = (await shards()).filter(({ status }) => status === 'RUNNING');
      return running.some(({ pid }) => pid === null) && running.some(({ pid }) => pid !== null);
    });
    const [owner] = await line.db.query<{ pid: number }>(
      'select pid from workers w join jobs j on j.worker_id = w.id where j.id = $1',
      [jobId],
    );
    await children.find(({ pid }) => pid === owner!.pid)!.kill();
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
    const { computed, artifact } = await set();
    expect(computed).toBe(CONTENTS);
    const progress = (await line.events(jobId)).map((event) => event.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(await artifactOfOneWorker()).toBe(artifact);
  }, 120_000);

  it('stops everywhere when it is cancelled', async () => {
    await shareOut();
    await register();
    line.encoder.delay = 150;
    const helping = helpEmbedding(line.embedding, HELPER, never);
    await until(async () => line.encoder.images > 0);
    await line.cancel((await set()).jobId);
    const known = await line.count('embedding_entries');
    expect(await helping).toBe(true);
    expect(line.encoder.images).toBeLessThan(IMAGES / 2);
    expect(await line.count('embedding_shards')).toBe(0);
    expect(await line.count('embedding_entries')).toBe(known);
    expect(await helpEmbedding(line.embedding, HELPER, never)).toBe(false);
  }, 60_000);

  it('can be done by helpers alone, but for the file', async () => {
    await shareOut();
    await register();
    let taken = 0;
    line.encoder.warning = 'webgpu failed, so the CPU embeds';
    while (await helpEmbedding(line.embedding, HELPER, never)) taken++;
    expect(taken).toBe(4);
    expect([line.encoder.images, line.encoder.texts.length]).toEqual([IMAGES, CAPTIONS]);
    const { jobId } = await set();
    // Theirs are told of once, in the job's events.
    const messages = (await line.events(jobId)).map(({ message }) => message);
    expect(messages.filter((message) => message === line.encoder.warning)).toHaveLength(1);
    await line.worker(1);
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
    expect([line.encoder.images, line.encoder.texts.length]).toEqual([IMAGES, CAPTIONS]);
    expect(await line.count('embedding_shards')).toBe(0);
  }, 60_000);
});

describe('a shard', () => {
  it('that fails with a helper is left to the job, whose attempts and error are the set’s', async () => {
    await shareOut();
    await register();
    line.encoder.fail = new ClipwrightError('ENCODER_FILE_INVALID', 'the model is broken');
    await expect(helpEmbedding(line.embedding, HELPER, never)).rejects.toThrow('broken');
    expect((await shards())[0]).toMatchObject({ number: 0, status: 'QUEUED', leftToJob: true });
    line.encoder.fail = undefined;
    await helpEmbedding(line.embedding, HELPER, never);
    expect((await shards()).map(({ status }) => status)).toEqual([
      'QUEUED',
      'SUCCEEDED',
      'QUEUED',
      'QUEUED',
    ]);
    line.encoder.fail = new ClipwrightError('ENCODER_FILE_INVALID', 'the model is broken');
    await line.worker(1);
    expect(await line.ended((await set()).jobId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'ENCODER_FILE_INVALID',
    });
    expect(await line.count('embedding_shards')).toBe(0);
  }, 60_000);

  it('whose worker stops goes back to the queue for anyone', async () => {
    await shareOut();
    await register();
    line.encoder.delay = 150;
    const stop = new AbortController();
    const helping = helpEmbedding(line.embedding, HELPER, stop.signal);
    await until(async () => line.encoder.images > 0);
    stop.abort(new Error('the worker stops'));
    expect(await helping).toBe(false);
    expect((await shards())[0]).toMatchObject({ status: 'QUEUED', leftToJob: false });
  }, 60_000);

  it('belongs to its latest attempt alone, and to nobody whose worker is not registered', async () => {
    await shareOut();
    expect(await claimShardToHelp(line.db, HELPER)).toBeUndefined();
    await register();
    await register('clipwright-other');
    const first = (await claimShardToHelp(line.db, HELPER))!;
    expect(await claimShardToHelp(line.db, 'clipwright-other')).toMatchObject({ number: 1 });
    await deleteWorker(line.db, HELPER);
    const second = (await line.db.transaction((tx) => claimShard(tx, setId)))!;
    expect(second).toEqual({ ...first, attempt: first.attempt + 1 });
    expect(await setShardDone(line.db, first, { more: 5 })).toBe(false);
    expect(await endShard(line.db, first)).toBe(false);
    expect(await endShard(line.db, second)).toBe(true);
  });

  it('is not taken twice by a worker that runs the job itself', async () => {
    await shareOut();
    await register();
    await line.db.query(`update jobs set status = 'RUNNING', worker_id = $2 where id = $1`, [
      (await set()).jobId,
      HELPER,
    ]);
    expect(await claimShardToHelp(line.db, HELPER)).toBeUndefined();
  });
});
