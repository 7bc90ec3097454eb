import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../../src/db/database.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/db/embedded/embedded-postgres.js';
import { migrate } from '../../../src/db/migrate.js';
import { sweep } from '../../../src/jobs/sweeper.js';
import { administer } from '../../support/database.js';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

/** Ends every connection to the test's database but the one that asks. */
const cutAll = (on: JobsDatabase) =>
  administer(
    on.url,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(on.url).pathname.slice(1)}'
     and pid <> pg_backend_pid()`,
  );

describe('when every connection is cut', () => {
  let on: JobsDatabase;
  beforeAll(async () => {
    on = await JobsDatabase.create();
  });
  afterEach(() => on.stopWorkers());
  afterAll(() => on.close());

  it('an idle worker takes jobs again by itself', async () => {
    await on.worker();
    for (const _ of [1, 2, 3]) {
      await cutAll(on);
      const id = await until(
        () => on.enqueue('work').catch(() => undefined),
        'the pool to recover',
      );
      await on.reaches(id, 'SUCCEEDED', 5000);
    }
  });

  it('a worker that was about to start takes jobs all the same', async () => {
    const starting = [1, 2, 3, 4].map(() => on.worker({ concurrency: 1 }).catch(() => undefined));
    for (const _ of [1, 2, 3, 4, 5]) await cutAll(on);
    const started = (await Promise.all(starting)).filter((worker) => worker !== undefined);
    // Each of them: all are busy at once.
    const ids: string[] = [];
    while (ids.length < started.length) {
      const id = await on.enqueue('work', { gate: 'all' }).catch(() => undefined);
      if (id) ids.push(id);
    }
    await until(() => started.every((worker) => worker.running().length === 1), 'all to be busy');
    await on.openGate('all');
    for (const id of ids) await on.reaches(id, 'SUCCEEDED');
  });

  it('a job under way is done in the end, once, and cutting it off is not its failure', async () => {
    await on.worker();
    const id = await on.enqueue('work', { gate: 'open', inside: true });
    // Once more than it may fail.
    for (const attempt of [1, 2, 3, 4, 5, 6]) {
      await until(
        async () => (await on.effects(id).catch(() => [])).length === attempt,
        'an attempt',
      );
      await cutAll(on);
    }
    await until(
      () =>
        on.openGate('open').then(
          () => true,
          () => false,
        ),
      'the gate to open',
    );
    await on.reaches(id, 'SUCCEEDED');
    expect((await on.effects(id)).filter((note) => note === 'done')).toHaveLength(1);
    expect(await on.statuses(id)).not.toContain('FAILED');
  });

  it('a cancellation still reaches a task, also one that came while nobody listened', async () => {
    const worker = await on.worker({ beatMs: 60_000 });
    const id = await on.enqueue('work', { gate: 'never', deaf: false });
    await on.begins(id);
    // Not by cancelJob: without its notification.
    await on.db.query(`update jobs set status = 'CANCELLED' where id = $1`, [id]);
    await on.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'clipwright events' and datname = current_database()`,
    );
    await until(() => worker.running().length === 0, 'the task to stop', 2000);
  });
});

describe('when PostgreSQL is killed', () => {
  let directory: string;
  let server: EmbeddedPostgres;
  let on: JobsDatabase;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clipwright-test-jobs-'));
    await chmod(directory, 0o711);
    const logger = { info() {}, warn() {}, error() {} };
    server = await startEmbeddedPostgres({ directory, logger });
    await migrate(server.url);
    const db = Database.open(server.url, { connections: 8 });
    on = await JobsDatabase.on(server.url, db, async () => {
      await db.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    });
  });
  afterEach(() => on.stopWorkers());
  afterAll(() => on.close());

  it('workers in both processes go on after its restart, with nothing lost and nothing done twice', async () => {
    await on.worker({ concurrency: 1, deadlineMs: 60_000 });
    const child = await on.childWorker({ concurrency: 1, deadlineMs: 60_000 });
    const ids = await Promise.all(
      [1, 2, 3, 4].map(() => on.enqueue('work', { gate: 'back', inside: true })),
    );
    await until(
      async () => (await on.db.query(`select from jobs where status = 'RUNNING'`)).length === 2,
      'both to be busy',
    );
    const restarted = new Promise<void>((resolve) => server.onRestart(resolve));
    process.kill(server.pid()!, 'SIGKILL');
    await restarted;
    await until(
      () =>
        on.openGate('back').then(
          () => true,
          () => false,
        ),
      'the pool to recover',
    );
    for (const id of ids) {
      await until(async () => (await on.job(id)).status === 'SUCCEEDED', 'the jobs to be done');
      expect((await on.effects(id)).filter((note) => note === 'done')).toHaveLength(1);
    }
    expect(child.process.exitCode).toBeNull();
    // Workers that could not speak while the database was away have the whole deadline from its return.
    await on.db.query(
      `insert into workers (id, host, pid, start_time, beat_at)
       values ('clipwright-far', 'elsewhere', 1, '', now() - interval '1 hour')`,
    );
    await sweep({ db: on.db, settlers: on.tasks, logger: on.logger, deadlineMs: 60_000 });
    expect(await on.db.query('select id from workers')).toHaveLength(3);
  }, 60_000);
});
