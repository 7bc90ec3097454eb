import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { jobEventsAfter } from '../../../src/db/events.js';
import { enqueueJob } from '../../../src/jobs/enqueue.js';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

let on: JobsDatabase;

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
