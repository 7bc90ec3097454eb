import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import {
  appendJobEvent,
  appendRunEvent,
  jobEventsAfter,
  runEventsAfter,
  runStateTopic,
} from '../../../src/db/events.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { insertJob, insertRun } from './rows.js';

let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase({ connections: 12 });
  db = test.db;
});
afterAll(() => test.drop());

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('events of a job', () => {
  it('are numbered without a gap under eight writers, of which some roll back', async () => {
    const id = await insertJob(db);
    let written = 0;
    const writer = async (name: number) => {
      for (let i = 0; i < 25; i += 1) {
        const fails = (name + i) % 5 === 0;
        await db
          .transaction(async (tx) => {
            await appendJobEvent(tx, id, { message: `${name}:${i}` });
            if (fails) throw new Error('rolled back');
            written += 1;
          })
          .catch(() => {});
      }
    };
    await Promise.all(numbers(1, 8).map(writer));
    const events = await jobEventsAfter(db, id, 0);
    expect(events.map(({ seq }) => seq)).toEqual(numbers(1, written));
    const times = events.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('are seen in order and without a hole by readers meanwhile', async () => {
    const id = await insertJob(db);
    let writing = true;
    const reader = async () => {
      let after = 0;
      for (;;) {
        const last = !writing;
        for (const { seq } of await jobEventsAfter(db, id, after, 7)) {
          expect(seq).toBe(after + 1);
          after = seq;
        }
        if (last && after === 160) return;
      }
    };
    const readers = [reader(), reader()];
    await Promise.all(
      numbers(1, 8).map(async () => {
        for (let i = 0; i < 20; i += 1) {
          await db.transaction((tx) => appendJobEvent(tx, id, { progress: i / 20 }));
        }
      }),
    );
    writing = false;
    await Promise.all(readers);
  });

  it('change the job and carry its state', async () => {
    const id = await insertJob(db);
    await appendJobEvent(db, id, {
      status: 'RUNNING',
      progress: 0.25,
      etaSeconds: 9,
      message: 'm',
    });
    await appendJobEvent(db, id, {});
    const [first, second] = await jobEventsAfter(db, id, 0);
    expect(first).toMatchObject({ status: 'RUNNING', progress: 0.25, etaSeconds: 9, message: 'm' });
    expect(second).toMatchObject({
      status: 'RUNNING',
      progress: 0.25,
      etaSeconds: null,
      message: null,
    });
    const [job] = await db.query('select status, progress, event_seq from jobs where id = $1', [
      id,
    ]);
    expect(job).toEqual({ status: 'RUNNING', progress: 0.25, event_seq: 2 });
  });

  it('are not written past a fence that has fallen, nor for a job that does not exist', async () => {
    const id = await insertJob(db);
    await db.query(`update jobs set status = 'RUNNING', attempt = 2 where id = $1`, [id]);
    expect(await appendJobEvent(db, id, { progress: 0.5 }, { attempt: 1 })).toBeNull();
    expect(await appendJobEvent(db, id, { progress: 0.5 }, { attempt: 2 })).toBe(1);
    await db.query(`update jobs set status = 'CANCELLED' where id = $1`, [id]);
    expect(await appendJobEvent(db, id, { progress: 0.6 }, { attempt: 2 })).toBeNull();
    expect(await appendJobEvent(db, randomUUID(), {})).toBeNull();
    expect(await jobEventsAfter(db, id, 0)).toHaveLength(1);
  });
});

describe('events of a run', () => {
  it('are numbered without a gap, announce epochs and change the run', async () => {
    const id = await insertRun(db);
    await db.transaction(async (tx) => {
      expect(await appendRunEvent(tx, id, { status: 'QUEUED' })).toBe(1);
      expect(await appendRunEvent(tx, id, { status: 'RUNNING' })).toBe(2);
      expect(await appendRunEvent(tx, id, { progress: 0.5, epoch: 3, message: 'm' })).toBe(3);
    });
    expect(await runEventsAfter(db, id, 1)).toMatchObject([
      { seq: 2, status: 'RUNNING', progress: 0, epoch: null },
      { seq: 3, status: 'RUNNING', progress: 0.5, epoch: 3, message: 'm' },
    ]);
    const [run] = await db.query('select status, progress, epoch from runs where id = $1', [id]);
    expect(run).toEqual({ status: 'RUNNING', progress: 0.5, epoch: 3 });
  });

  it('announce a change of state apart from mere progress', async () => {
    const id = await insertRun(db);
    const hub = EventHub.open(test.url);
    try {
      await hub.listening();
      const states = hub.watch('run-state');
      const all = hub.watch('run');
      await db.transaction((tx) => appendRunEvent(tx, id, {}));
      expect(await states.next()).toEqual(new Set([id])); // created
      expect(await all.next()).toEqual(new Set([id]));
      await db.transaction((tx) => appendRunEvent(tx, id, { progress: 0.1 }));
      expect(await all.next()).toEqual(new Set([id]));
      await db.transaction((tx) => appendRunEvent(tx, id, { status: 'RUNNING' }));
      expect(await all.next()).toEqual(new Set([id]));
      // Both notifications have come by now: the progress alone would have made a wake-up before.
      let rung = 0;
      const counting = (async () => {
        while (await states.next()) rung += 1;
      })();
      states.close();
      await counting;
      expect(rung).toBeLessThanOrEqual(1);
      expect(runStateTopic(id)).toBe(`run-state:${id}`);
    } finally {
      await hub.close();
    }
  });
});
