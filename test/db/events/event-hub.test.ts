import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import { appendJobEvent, jobTopic } from '../../../src/db/events.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { insertJob } from './rows.js';

let test: TestDatabase;
let db: Database;
let hub: EventHub;
const errors: Error[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
  db = test.db;
});
beforeEach(async () => {
  hub = EventHub.open(test.url, { onError: (error) => errors.push(error) });
  await hub.listening();
});
afterEach(() => hub.close());
afterAll(() => test.drop());

const cut = () =>
  db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'clipwright events' and datname = current_database()`,
  );
const listeners = async () =>
  (
    await db.query(
      `select from pg_stat_activity
       where application_name = 'clipwright events' and datname = current_database()`,
    )
  ).length;

describe('the hub', () => {
  it('wakes those who wait for a topic, and nobody else', async () => {
    const [one, two] = [await insertJob(db), await insertJob(db)];
    const first = hub.subscribe(jobTopic(one));
    const second = hub.subscribe(jobTopic(two));
    const woken: string[] = [];
    const waits = [
      first.next().then((live) => live && woken.push('first')),
      second.next().then((live) => live && woken.push('second')),
    ];
    await appendJobEvent(db, one, {});
    await waits[0];
    expect(woken).toEqual(['first']);
    await appendJobEvent(db, two, {});
    await waits[1];
    expect(woken).toEqual(['first', 'second']);
  });

  it('makes one wake-up of many that nobody waited for', async () => {
    const id = await insertJob(db);
    const subscription = hub.subscribe(jobTopic(id));
    const witness = hub.subscribe(jobTopic(id));
    for (let i = 0; i < 5; i += 1) {
      await appendJobEvent(db, id, {});
      await witness.next();
    }
    expect(await subscription.next()).toBe(true);
    let again = false;
    const waiting = subscription.next().then((live) => {
      again = live;
    });
    subscription.close();
    await waiting;
    expect(again).toBe(false);
  });

  it('listens again by itself and wakes everyone, as it may have missed something', async () => {
    const subscription = hub.subscribe('job:unheard');
    const watch = hub.watch('run-state');
    for (let i = 0; i < 3; i += 1) {
      errors.length = 0;
      const [woken, named] = [subscription.next(), watch.next()];
      await cut();
      expect(await woken).toBe(true);
      expect(await named).toEqual(new Set());
      expect(errors).toHaveLength(1);
      await hub.listening();
    }
    const id = await insertJob(db);
    const woken = hub.subscribe(jobTopic(id)).next();
    await appendJobEvent(db, id, {});
    expect(await woken).toBe(true);
  });

  it('ends subscriptions, watches and its connection when it is closed', async () => {
    const waits = [hub.subscribe('job:1').next(), hub.watch('run').next()];
    await hub.close();
    expect(await Promise.all(waits)).toEqual([false, null]);
    expect(await hub.subscribe('job:2').next()).toBe(false);
    while ((await listeners()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('can be closed while it cannot reach the database', async () => {
    const lost: Error[] = [];
    const nowhere = EventHub.open('postgresql://127.0.0.1:1/x', {
      onError: (error) => lost.push(error),
    });
    const listening = nowhere.listening();
    while (lost.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await nowhere.close();
    await listening;
    const after = lost.length;
    await new Promise((resolve) => setTimeout(resolve, 300)); // longer than its next pause
    expect(lost).toHaveLength(after);
  });

  it('keeps nothing of subscriptions that were closed', async () => {
    for (let i = 0; i < 1000; i += 1) hub.subscribe(`job:${i}`).close();
    for (let i = 0; i < 1000; i += 1) hub.watch('run').close();
    const kept = hub.subscribe('job:kept');
    expect(hub.size).toBe(1);
    kept.close();
    kept.close();
    expect(hub.size).toBe(0);
  });

  it('reads once for all who ask for the same between two wake-ups', async () => {
    const id = await insertJob(db);
    const topic = jobTopic(id);
    const subscription = hub.subscribe(topic);
    let reads = 0;
    const read = (after: number) =>
      hub.read(topic, after, async () => {
        reads += 1;
        return reads;
      });
    expect(await Promise.all([read(4), read(4), read(7)])).toEqual([1, 1, 2]);
    expect(await read(4)).toBe(1);
    await appendJobEvent(db, id, {});
    await subscription.next();
    expect(await read(4)).toBe(3);
  });
});
