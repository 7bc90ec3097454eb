import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { releaseWorker, sweep } from '../../../src/jobs/sweeper.js';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

let on: JobsDatabase;

beforeAll(async () => {
  on = await JobsDatabase.create();
});
afterEach(() => on.stopWorkers());
afterAll(() => on.close());

describe('the sweeper', () => {
  it('gives a queued job without a ticket a new one', async () => {
    const id = await on.enqueue('work');
    await on.db.query(
      'select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))',
    );
    expect(await on.tickets()).toBe(0);
    await on.worker();
    await on.reaches(id, 'SUCCEEDED');
  });

  it('hands back the jobs of a worker that its parent saw die', async () => {
    const id = await on.enqueue('work');
    await on.db.query(`insert into workers values ('clipwright-x', 'elsewhere', 1, '')`);
    await on.db.query(
      `update jobs set status = 'RUNNING', attempt = 1, worker_id = 'clipwright-x' where id = $1`,
      [id],
    );
    await on.db.query(
      `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'clipwright-x/0.1'`,
    );
    const worker = await on.worker({ beatMs: 100 });
    const other = await on.enqueue('work');
    await on.reaches(other, 'SUCCEEDED');
    expect((await on.job(id)).status).toBe('RUNNING');
    await releaseWorker({ db: on.db, settlers: on.tasks, logger: on.logger }, 'clipwright-x');
    await on.reaches(id, 'SUCCEEDED', 2000);
    expect((await on.job(id)).attempt).toBe(2);
    await until(() => worker.running().length === 0, 'the worker to let go of both');
  });

  it('buries a silent worker, but not its own: whoever sweeps is alive', async () => {
    await on.db.query(
      `insert into workers (id, host, pid, start_time, beat_at)
       values ('clipwright-late', 'elsewhere', 1, '', now() - interval '1 minute')`,
    );
    const silent = () => on.db.query(`select from workers where id = 'clipwright-late'`);
    const deps = { db: on.db, settlers: on.tasks, logger: on.logger, deadlineMs: 1000 };
    await sweep({ ...deps, ownWorkerId: 'clipwright-late' });
    expect(await silent()).toHaveLength(1);
    await sweep(deps);
    expect(await silent()).toHaveLength(0);
  });

  it('has jobs begin that were asked for before the clock was put back', async () => {
    const id = await on.enqueue('work');
    await on.db.query(
      `update graphile_worker._private_jobs
       set run_at = run_at + interval '2 hours', updated_at = updated_at + interval '2 hours'`,
    );
    await on.worker();
    await on.reaches(id, 'SUCCEEDED');
  });

  it('leaves a retry its time', async () => {
    const id = await on.enqueue('work');
    const due = () =>
      on.db.query<{ late: boolean }>(
        `select run_at > now() + interval '50 s' as late from graphile_worker.jobs where key = $1`,
        [id],
      );
    await on.db.query(
      `update graphile_worker._private_jobs set run_at = now() + interval '1 minute'`,
    );
    await sweep({ db: on.db, settlers: on.tasks, logger: on.logger });
    expect(await due()).toEqual([{ late: true }]);
    await on.cancel(id);
  });

  it('gives a worker that beat before the clock was put back the deadline, and no more', async () => {
    await on.db.query(
      `insert into workers (id, host, pid, start_time, beat_at)
       values ('clipwright-early', 'elsewhere', 1, '', now() + interval '2 hours')`,
    );
    const there = () => on.db.query(`select from workers where id = 'clipwright-early'`);
    const deps = { db: on.db, settlers: on.tasks, logger: on.logger, deadlineMs: 1000 };
    await sweep(deps);
    expect(await there()).toHaveLength(1);
    await until(async () => {
      await sweep(deps);
      return (await there()).length === 0;
    }, 'its end');
  });

  it('leaves no void tickets behind', async () => {
    await on.worker({ beatMs: 100 });
    await until(async () => (await on.tickets()) === 0, 'every ticket to go');
  });
});
