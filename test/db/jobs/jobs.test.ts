import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventHub } from '../../../src/db/event-hub.js';
import { jobEventsAfter } from '../../../src/db/events.js';
import { claimJob } from '../../../src/db/jobs.queries.js';
import { Attempt } from '../../../src/jobs/attempt.js';
import { enqueueJob } from '../../../src/jobs/enqueue.js';
import { LostJobError } from '../../../src/jobs/lost-job.js';
import { releaseWorker, sweep } from '../../../src/jobs/sweeper.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

let on: JobsDatabase;
const cancel = (id: string) => cancelJob({ db: on.db, settlers: on.tasks }, id);

beforeAll(async () => {
  on = await JobsDatabase.create();
});
afterEach(() => on.stopWorkers());
afterAll(() => on.close());

describe('a job', () => {
  it('starts when its transaction commits and leaves no ticket behind', async () => {
    await on.worker();
    const id = await on.enqueue('work');
    await on.reaches(id, 'SUCCEEDED');
    expect(await on.effects(id)).toEqual(['begun', 'done']);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
    expect((await on.job(id)).progress).toBe(1);
    await until(async () => (await on.tickets()) === 0, 'its ticket to go');
  });

  it('leaves nothing when its transaction rolls back', async () => {
    const before = await on.db.query('select from jobs');
    const rolledBack = on.db.transaction(async (tx) => {
      await enqueueJob(tx, { task: 'work', payload: {} });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await on.db.query('select from jobs')).toHaveLength(before.length);
    expect(await on.tickets()).toBe(0);
  });

  it('is worked on by one of two workers that share the queue, and each gets some', async () => {
    const [one, two] = await Promise.all([on.worker(), on.worker()]);
    const ids = await Promise.all(
      Array.from({ length: 4 }, () => on.enqueue('work', { gate: 'both' })),
    );
    await until(() => one.running().length === 2 && two.running().length === 2, 'both to be busy');
    await on.openGate('both');
    for (const id of ids) await on.reaches(id, 'SUCCEEDED');
    for (const id of ids) expect(await on.effects(id)).toEqual(['begun', 'done']);
  });

  it('with a payload that its task cannot read fails and says so only to the log', async () => {
    await on.worker();
    const id = await on.enqueue('work', { gate: 7 });
    const job = await on.reaches(id, 'FAILED');
    expect(job).toMatchObject({ attempt: 1, errorCode: 'INTERNAL' });
    expect(on.warnings.map(({ message }) => message)).toContain('payload does not fit its task');
  });
});

describe('the queue', () => {
  it('that offers a running job to a second worker is turned down', async () => {
    const one = await on.worker({ concurrency: 1, pollMs: 50 });
    const id = await on.enqueue('work', { gate: 'offered' });
    await on.begins(id);
    await on.db.query(
      'update graphile_worker._private_jobs set locked_at = null, locked_by = null',
    );
    await on.worker({ concurrency: 1, pollMs: 50 });
    await until(async () => (await on.tickets()) === 0, 'the second worker to drop the ticket');
    await on.openGate('offered');
    expect(await on.reaches(id, 'SUCCEEDED')).toMatchObject({ attempt: 1 });
    await until(() => one.running().length === 0, 'the first worker to be done');
    expect(await on.effects(id)).toEqual(['begun', 'done']);
  });

  it('that gave out a ticket whose receiver never heard of it gives out another', async () => {
    const id = await on.enqueue('work');
    const worker = await on.worker({
      concurrency: 1,
      id: 'clipwright-unaware',
      beatMs: 100,
      deadlineMs: 1000,
      pollMs: 50,
    });
    await on.reaches(id, 'SUCCEEDED');
    const lost = await on.db.transaction(async (tx) => {
      const job = await enqueueJob(tx, { task: 'work', payload: {} });
      await tx.query(
        `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'clipwright-unaware/0.1'`,
      );
      return job;
    });
    await on.reaches(lost, 'SUCCEEDED');
    expect(await on.effects(lost)).toEqual(['begun', 'done']);
    await worker.stop();
    await on.worker({ beatMs: 100 });
    await until(async () => (await on.tickets()) === 0, 'every ticket to go');
  });

  it('that offers a job which the worker claimed without hearing of it has it done', async () => {
    const id = await on.enqueue('work', {});
    await on.db.query(
      `update jobs set status = 'RUNNING', attempt = 1, worker_id = 'clipwright-deaf' where id = $1`,
      [id],
    );
    await on.worker({ id: 'clipwright-deaf' });
    expect(await on.reaches(id, 'SUCCEEDED')).toMatchObject({ attempt: 2 });
  });

  it('that cannot take a ticket back breaks a slot, which is replaced', async () => {
    const trace = vi.spyOn(console, 'trace').mockReturnValue(); // graphile-worker's, of no use here
    onTestFinished(() => trace.mockRestore());
    await on.db.query(`
      create function keep() returns trigger language plpgsql as $$ begin raise 'kept'; end $$;
      create trigger keep before delete on graphile_worker._private_jobs
        for each row execute function keep()`);
    await on.worker({ concurrency: 1, pollMs: 100 });
    const [first, second] = [await on.enqueue('work'), await on.enqueue('work')];
    await on.reaches(first, 'SUCCEEDED');
    await until(
      () => on.warnings.some(({ message }) => message.startsWith('a worker slot broke')),
      'the slot to break',
    );
    await on.db.query('drop function keep cascade');
    await on.reaches(second, 'SUCCEEDED');
    expect(await on.effects(first)).toEqual(['begun', 'done']);
    await until(async () => (await on.tickets()) === 0, 'both tickets to go');
  });
});

describe('a task that throws', () => {
  it('is tried again, and what it threw is masked', async () => {
    await on.worker({ pollMs: 100 });
    const id = await on.enqueue('fail', { times: 1 });
    await on.reaches(id, 'SUCCEEDED');
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'QUEUED', 'RUNNING', 'SUCCEEDED']);
    const messages = (await jobEventsAfter(on.db, id, 0)).map(({ message }) => message).join();
    expect(messages).toContain('again in 1 s');
    expect(messages).not.toContain('secret');
  });

  it('five times ends FAILED, settled in the same transaction, with its error', async () => {
    await on.worker({ pollMs: 100 });
    const id = await on.enqueue('fail', { times: 99, how: 'retryable' });
    // The waits between attempts are not what is tested.
    const hurry = async () => {
      await on.db.query(
        `update graphile_worker._private_jobs set run_at = now() where key = '${id}'`,
      );
      return (await on.job(id)).status === 'FAILED';
    };
    await until(hurry, 'the job to fail');
    expect(await on.job(id)).toMatchObject({
      attempt: 5,
      errorCode: 'UNAVAILABLE',
      errorMessage: 'not now',
    });
    expect(await on.effects(id)).toEqual([
      ...Array(5).fill('begun'),
      'settled FAILED: UNAVAILABLE',
    ]);
    await until(async () => (await on.tickets()) === 0, 'its ticket to go');
  });

  it.each([
    ['permanent', 'BAD_USER_INPUT'],
    ['final', 'CONFLICT'],
    ['return', 'INTERNAL'],
  ])('%s ends FAILED at once', async (how, code) => {
    await on.worker();
    const id = await on.enqueue('fail', { times: 99, how });
    const job = await on.reaches(id, 'FAILED');
    expect(job).toMatchObject({ attempt: 1, errorCode: code });
    expect(await on.effects(id)).toEqual(['begun', `settled FAILED: ${code}`]);
  });
});

describe('a job that fails', () => {
  it('ends although its task cannot be settled, and the log says so', async () => {
    await on.worker();
    const id = await on.enqueue('fail', { times: 9, how: 'permanent', stubborn: true });
    await on.reaches(id, 'FAILED');
    expect(await on.effects(id)).toEqual(['begun']);
    expect(on.warnings.map(({ message }) => message)).toContain('settling a failed job threw');
  });

  it('may say so with a character that PostgreSQL cannot store', async () => {
    await on.worker();
    // A payload cannot hold it either; an error's message can.
    const id = await on.enqueue('fail', { times: 9, how: 'permanent', message: 'NUL' });
    expect((await on.reaches(id, 'FAILED')).errorMessage).toBe('a \uFFFD in it');
  });

  it('whose end the database refuses is tried again, until it is written', async () => {
    await on.db.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
      create trigger refuse before update on jobs for each row
        when (new.status = 'FAILED') execute function refuse()`);
    const worker = await on.worker({ beatMs: 100, pollMs: 100 });
    const id = await on.enqueue('fail', { times: 9, how: 'permanent' });
    await on.begins(id, 2);
    await on.db.query('drop function refuse cascade');
    await on.reaches(id, 'FAILED');
    // Its end is written a moment before the worker lets go of it.
    await until(() => worker.running().length === 0, 'the worker to let go of it', 1000);
  });
});

describe('cancelling', () => {
  it('a queued job ends it before anyone starts it', async () => {
    const id = await on.enqueue('work');
    await cancel(id);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'CANCELLED']);
    expect(await on.tickets()).toBe(0);
    await on.worker();
    const later = await on.enqueue('work');
    await on.reaches(later, 'SUCCEEDED');
    expect(await on.effects(id)).toEqual(['settled CANCELLED']);
  });

  it('a running job stops its task within a second', async () => {
    const worker = await on.worker();
    const id = await on.enqueue('work', { gate: 'never' });
    await on.begins(id);
    await cancel(id);
    await until(() => worker.running().length === 0, 'the task to stop', 1000);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'CANCELLED']);
    expect(await on.effects(id)).toEqual(['begun', 'settled CANCELLED']);
    expect(await on.job(id)).toMatchObject({ attempt: 1, errorCode: null });
  });

  it('reaches the task even if the notification is lost', async () => {
    const deaf = EventHub.open('postgresql://127.0.0.1:1/nowhere');
    try {
      const worker = await on.worker({ hub: deaf, beatMs: 100 });
      const id = await on.enqueue('work', { gate: 'never' });
      await on.begins(id);
      await cancel(id);
      await until(() => worker.running().length === 0, 'the task to stop', 1000);
      await on.stopWorkers();
    } finally {
      await deaf.close();
    }
  });

  it('a job that has ended changes nothing', async () => {
    await on.worker();
    const id = await on.enqueue('work');
    await on.reaches(id, 'SUCCEEDED');
    expect(await cancel(id)).toBe(id);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  });

  it('a job that does not exist is NOT_FOUND', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(cancel(nobody)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(cancel('7')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('wins over a success that commits later, and loses to one that has committed', async () => {
    const worker = await on.worker();
    const id = await on.enqueue('work', { gate: 'deaf', deaf: true });
    await on.begins(id);
    await cancel(id);
    await on.openGate('deaf');
    await until(() => worker.running().length === 0, 'the task to end');
    expect(await on.effects(id)).toEqual(['begun', 'settled CANCELLED']);

    const holding = await on.enqueue('work', { gate: 'inside', inside: true });
    await on.begins(holding);
    // The task's last transaction holds the row: cancelling waits for it.
    await until(
      async () =>
        (await on.db.query('select from jobs where id = $1 for update skip locked', [holding]))
          .length === 0,
      'the task to hold its row',
    );
    const cancelling = cancel(holding);
    await on.openGate('inside');
    await cancelling;
    expect((await on.job(holding)).status).toBe('SUCCEEDED');
    expect(await on.effects(holding)).toEqual(['begun', 'done']);
  });
});

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
    await cancel(id);
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

describe('a worker that stops', () => {
  it('hands its jobs back at once, and another goes on with them', async () => {
    const first = await on.worker();
    const id = await on.enqueue('work', { gate: 'second' });
    await on.begins(id);
    await first.stop();
    expect(await on.job(id)).toMatchObject({ status: 'QUEUED', attempt: 1 });
    expect(await on.db.query('select from workers where id = $1', [first.id])).toHaveLength(0);
    await on.openGate('second');
    await on.worker();
    await on.reaches(id, 'SUCCEEDED', 2000);
    expect(await on.effects(id)).toEqual(['begun', 'begun', 'done']);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'QUEUED', 'RUNNING', 'SUCCEEDED']);
  });

  it('does not wait for a task that does not listen, and that task publishes nothing', async () => {
    const first = await on.worker({ handBackMs: 100 });
    const id = await on.enqueue('work', { gate: 'closing time', deaf: true });
    await on.db.query('delete from gates');
    await on.begins(id);
    const second = await on.worker({ handBackMs: 100 });
    const stopping = first.stop();
    await on.begins(id, 2);
    await stopping;
    expect(second.running()).toEqual([id]);
    await on.openGate('closing time');
    await on.reaches(id, 'SUCCEEDED');
    await until(() => second.running().length === 0, 'the second attempt to end');
    expect((await on.effects(id)).filter((note) => note === 'done')).toHaveLength(1);
  });
});

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
    expect(worker.running()).toEqual([]);
    expect((await on.job(id)).attempt).toBe(2);
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

  it('leaves no void tickets behind', async () => {
    await on.worker({ beatMs: 100 });
    await until(async () => (await on.tickets()) === 0, 'every ticket to go');
  });
});
