import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventHub } from '../../../src/db/event-hub.js';
import { JobsDatabase } from './jobs-database.js';
import { until } from './until.js';

let on: JobsDatabase;

beforeAll(async () => {
  on = await JobsDatabase.create();
});
afterEach(() => on.stopWorkers());
afterAll(() => on.close());

describe('cancelling', () => {
  it('a queued job ends it before anyone starts it', async () => {
    const id = await on.enqueue('work');
    await on.cancel(id);
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
    await on.cancel(id);
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
      await on.cancel(id);
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
    expect(await on.cancel(id)).toBe(id);
    expect(await on.statuses(id)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  });

  it('a job that does not exist is NOT_FOUND', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(on.cancel(nobody)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(on.cancel('7')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('wins over a success that commits later, and loses to one that has committed', async () => {
    const worker = await on.worker();
    const id = await on.enqueue('work', { gate: 'deaf', deaf: true });
    await on.begins(id);
    await on.cancel(id);
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
    const cancelling = on.cancel(holding);
    await on.openGate('inside');
    await cancelling;
    expect((await on.job(holding)).status).toBe('SUCCEEDED');
    expect(await on.effects(holding)).toEqual(['begun', 'done']);
  });
});
