import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

/** A sweeper that believes silence sooner than in earnest. */
const HASTY = { beatMs: 200, deadlineMs: 1500, pollMs: 200 };

let on: JobsDatabase;

beforeAll(async () => {
  on = await JobsDatabase.create();
});
afterEach(() => on.stopWorkers());
afterAll(() => on.close());

describe('a worker that is killed', () => {
  it('in the middle of a job leaves it to another, which finishes it in seconds and once', async () => {
    const child = await on.childWorker();
    const id = await on.enqueue('work', { gate: 'after the kill' });
    await on.begins(id);
    // With the product's own times: its process is seen to be gone, no deadline has to pass.
    await on.worker();
    await child.end('SIGKILL');
    const killed = Date.now();
    await on.openGate('after the kill');
    await on.reaches(id, 'SUCCEEDED', 6000);
    expect(Date.now() - killed).toBeLessThan(6000);
    expect(await on.effects(id)).toEqual(['begun', 'begun', 'done']);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'QUEUED', 'RUNNING', 'SUCCEEDED']);
    await until(async () => (await on.tickets()) === 0, 'its ticket to go');
  });

  it('within its last transaction has not done the job, and the effect is there once', async () => {
    const child = await on.childWorker();
    const id = await on.enqueue('work', { gate: 'inside', inside: true });
    await on.begins(id);
    await until(
      async () =>
        (await on.db.query('select from jobs where id = $1 for update skip locked', [id]))
          .length === 0,
      'the job to be in its last transaction',
    );
    await child.end('SIGKILL');
    await on.openGate('inside');
    await on.worker();
    await on.reaches(id, 'SUCCEEDED', 6000);
    expect(await on.effects(id)).toEqual(['begun', 'begun', 'done']);
  });

  it('before anyone else runs loses nothing: the next to start goes on', async () => {
    const child = await on.childWorker();
    const ids = await Promise.all([on.enqueue('work', { gate: 'next' }), on.enqueue('work')]);
    await on.begins(ids[0]!);
    await child.end('SIGKILL');
    await on.openGate('next');
    await on.worker();
    for (const id of ids) await on.reaches(id, 'SUCCEEDED', 6000);
  });

  it('by the job itself, again and again, ends the job FAILED at the limit', async () => {
    const id = await on.enqueue('crash', { times: 99 });
    // As if it had happened 24 times before.
    await on.db.query('update graphile_worker._private_jobs set attempts = 24 where key = $1', [
      id,
    ]);
    const child = await on.childWorker();
    await until(
      () => child.process.exitCode !== null || child.process.signalCode !== null,
      'death',
    );
    await on.worker(HASTY);
    const job = await on.reaches(id, 'FAILED');
    expect(job).toMatchObject({ attempt: 1, errorCode: 'INTERNAL' });
    expect(await on.effects(id)).toEqual(['begun', 'settled FAILED: INTERNAL']);
    await until(async () => (await on.tickets()) === 0, 'its ticket to go');
  });

  it('by the job itself once does not keep the job from succeeding', async () => {
    const id = await on.enqueue('crash', { times: 1 });
    const child = await on.childWorker();
    await until(() => child.process.signalCode !== null, 'the child to die');
    await on.worker();
    await on.reaches(id, 'SUCCEEDED', 6000);
    expect((await on.job(id)).attempt).toBe(2);
  });
});

describe('a worker that is stopped by a signal', () => {
  it('past its deadline and then resumed publishes nothing, and takes jobs again', async () => {
    const child = await on.childWorker(HASTY);
    const id = await on.enqueue('work', { gate: 'resumed', deaf: true });
    await on.begins(id);
    child.process.kill('SIGSTOP');
    const worker = await on.worker(HASTY);
    await on.begins(id, 2);
    await on.openGate('resumed');
    await on.reaches(id, 'SUCCEEDED');
    const events = await on.statuses(id);
    child.process.kill('SIGCONT');
    await until(() => child.log.includes('job lost'), 'the resumed worker to give up');
    await until(
      () => child.log.includes('this worker was declared dead; it registers again'),
      'the resumed worker to notice that it was declared dead',
    );
    expect(await on.effects(id)).toEqual(['begun', 'begun', 'done']);
    expect(await on.statuses(id)).toEqual(events);
    expect((await on.job(id)).attempt).toBe(2);

    await worker.stop();
    const later = await on.enqueue('work');
    await on.reaches(later, 'SUCCEEDED');
    await until(async () => (await on.tickets()) === 0, 'every ticket to go');
  });

  it('and resumed while another works on its job leaves that one its ticket', async () => {
    const child = await on.childWorker(HASTY);
    const id = await on.enqueue('work', { gate: 'later' });
    await on.begins(id);
    child.process.kill('SIGSTOP');
    await on.worker(HASTY);
    await on.begins(id, 2);
    child.process.kill('SIGCONT');
    await until(() => child.log.includes('job lost'), 'the resumed worker to give up');
    // Its slot has finished with the ticket when it takes the next job.
    await child.end('SIGTERM');
    const [ticket] = await on.db.query(
      'select locked_by from graphile_worker.jobs where key = $1',
      [id],
    );
    expect(ticket?.locked_by).not.toContain(child.id);
    expect(ticket?.locked_by).toMatch(/^clipwright-/);
    await on.openGate('later');
    await on.reaches(id, 'SUCCEEDED');
    expect(await on.effects(id)).toEqual(['begun', 'begun', 'done']);
  });

  it('while it holds the row of its job loses it to another once the database ends its silence', async () => {
    const child = await on.childWorker(HASTY);
    const id = await on.enqueue('work', { gate: 'let go', inside: true });
    await on.begins(id);
    const held = async () =>
      (await on.db.query('select from jobs where id = $1 for update skip locked', [id])).length ===
      0;
    await until(held, 'the job to be in its last transaction');
    child.process.kill('SIGSTOP');
    await on.openGate('let go');
    await on.worker(HASTY);
    await on.reaches(id, 'SUCCEEDED', 25_000);
    child.process.kill('SIGCONT');
    await until(() => child.log.some((line) => /lost/.test(line)), 'the resumed worker to give up');
    expect((await on.effects(id)).filter((note) => note === 'done')).toHaveLength(1);
  }, 40_000);
});

it('a child that is asked to stop hands its job back and leaves nothing open', async () => {
  const child = await on.childWorker();
  const id = await on.enqueue('work', { gate: 'never' });
  await on.begins(id);
  await child.end('SIGTERM');
  expect(child.process.exitCode).toBe(0);
  expect((await on.job(id)).status).toBe('QUEUED');
  expect(await on.db.query('select from workers')).toHaveLength(0);
});
