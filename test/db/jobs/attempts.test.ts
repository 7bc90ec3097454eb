import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { jobEventsAfter } from '../../../src/db/events.js';
import { claimJob } from '../../../src/db/jobs.queries.js';
import { Attempt } from '../../../src/jobs/attempt.js';
import { LostJobError } from '../../../src/jobs/lost-job.js';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

let on: JobsDatabase;

beforeAll(async () => {
  on = await JobsDatabase.create();
});
afterEach(() => on.stopWorkers());
afterAll(() => on.close());

describe('an attempt', () => {
  const owned = async (): Promise<string> => {
    const id = await on.enqueue('work');
    await on.db.query(`insert into workers values ('w', 'h', 1, '') on conflict do nothing`);
    await on.db.query(
      `update jobs set status = 'RUNNING', attempt = 3, worker_id = 'w' where id = $1`,
      [id],
    );
    return id;
  };
  afterEach(async () => {
    await on.db.query(`update jobs set status = 'CANCELLED' where worker_id = 'w'`);
    await on.db.query(`delete from workers where id = 'w'`);
    await on.db.query(
      'select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))',
    );
  });

  it('that is not the latest can write nothing', async () => {
    const id = await owned();
    const reached: string[] = [];
    for (const write of [
      (old: Attempt) => old.progress({ progress: 0.5 }),
      (old: Attempt) => old.fenced(async () => reached.push('fenced')),
      (old: Attempt) => old.succeed(async () => void reached.push('succeed')),
    ]) {
      const old = new Attempt(on.db, id, 2);
      await expect(write(old)).rejects.toThrow(LostJobError);
      expect(old.signal.reason).toBeInstanceOf(LostJobError);
    }
    expect(reached).toEqual([]);
    expect(await on.statuses(id)).toEqual(['QUEUED']);
  });

  it('begins for no worker that is not registered', async () => {
    const id = await on.enqueue('work');
    await expect(claimJob(on.db, id, 'clipwright-nobody', true)).rejects.toThrow('not registered');
    expect(await on.job(id)).toMatchObject({ status: 'QUEUED', attempt: 0 });
    expect(await on.statuses(id)).toEqual(['QUEUED']);
    await on.cancel(id);
  });

  it('can write nothing once its job waits in the queue, though nobody else has claimed it', async () => {
    const id = await owned();
    await on.db.query(`update jobs set status = 'QUEUED' where id = $1`, [id]);
    const current = new Attempt(on.db, id, 3);
    await expect(current.fenced(async () => {})).rejects.toThrow(LostJobError);
  });

  it('writes at most five progress events a second and loses none of what they say', async () => {
    const id = await owned();
    const attempt = new Attempt(on.db, id, 3);
    const started = Date.now();
    for (let i = 1; i <= 60; i += 1) {
      await attempt.progress({ progress: i / 60, message: `step ${i}` });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await attempt.succeed(async () => {});
    const seconds = (Date.now() - started) / 1000;
    const events = (await jobEventsAfter(on.db, id, 0)).slice(1);
    // One at once, one in each 200 ms, and what waited goes with the end.
    expect(events.length).toBeLessThanOrEqual(3 + seconds * 5);
    const steps = events.flatMap(({ message }) => message?.split('\n') ?? []);
    expect(steps).toEqual(Array.from({ length: 60 }, (_, i) => `step ${i + 1}`));
    expect(events.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
  });

  it('goes on with its progress when the clock is put back', async () => {
    const id = await owned();
    const attempt = new Attempt(on.db, id, 3);
    await attempt.progress({ progress: 0.1 });
    const now = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - 7_200_000);
    onTestFinished(() => clock.mockRestore());
    await attempt.progress({ progress: 0.2 });
    const last = await until(async () => (await jobEventsAfter(on.db, id, 2))[0], 'the event');
    expect(last).toMatchObject({ progress: 0.2 });
    await attempt.release();
  });

  it('writes what waited for the timer although nothing follows', async () => {
    const id = await owned();
    const attempt = new Attempt(on.db, id, 3);
    await attempt.progress({ progress: 0.1 });
    await attempt.progress({ progress: 0.2, etaSeconds: 9 });
    const last = await until(async () => (await jobEventsAfter(on.db, id, 2))[0], 'the event');
    expect(last).toMatchObject({ progress: 0.2, etaSeconds: 9, status: 'RUNNING' });
    await attempt.release();
  });

  it('may report what cannot be computed or stored', async () => {
    const id = await owned();
    const attempt = new Attempt(on.db, id, 3);
    await attempt.progress({ progress: 0 / 0, etaSeconds: 1 / 0, message: 'a \0 in it' });
    const [event] = await jobEventsAfter(on.db, id, 1);
    expect(event).toMatchObject({ progress: 0, etaSeconds: null, message: 'a \uFFFD in it' });
    await attempt.release();
  });

  it('may report progress inside its own transaction', async () => {
    const id = await owned();
    const attempt = new Attempt(on.db, id, 3);
    await attempt.fenced(async () => attempt.progress({ progress: 0.5, message: 'inside' }));
    await until(async () => (await jobEventsAfter(on.db, id, 1)).length === 1, 'the event');
    await attempt.release();
  });
});
