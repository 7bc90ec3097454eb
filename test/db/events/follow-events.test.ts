import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import {
  appendJobEvent,
  hasEnded,
  type JobEventRow,
  jobEventsAfter,
  jobTopic,
} from '../../../src/db/events.js';
import { type FollowOptions, followEvents } from '../../../src/db/follow-events.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { until } from '../jobs/until.js';
import { insertJob } from './rows.js';

let test: TestDatabase;
let db: Database;
let hub: EventHub;
beforeAll(async () => {
  test = await createTestDatabase({ connections: 6 });
  db = test.db;
});
beforeEach(async () => {
  hub = EventHub.open(test.url);
  await hub.listening();
});
afterEach(async () => {
  expect(hub.size, 'subscriptions left open').toBe(0);
  await hub.close();
});
afterAll(() => test.drop());

const follow = (id: string, after = 0, options: Partial<FollowOptions<JobEventRow>> = {}) =>
  followEvents<JobEventRow>({
    hub,
    topic: jobTopic(id),
    after,
    read: (from) => jobEventsAfter(db, id, from),
    isLast: ({ status }) => hasEnded(status),
    ...options,
  });
const numbersOf = async (events: AsyncIterable<JobEventRow>) => {
  const seen: number[] = [];
  for await (const { seq } of events) seen.push(seq);
  return seen;
};
const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
const append = async (id: string, times: number) => {
  for (let i = 0; i < times; i += 1) await appendJobEvent(db, id, {});
};
const end = (id: string) => appendJobEvent(db, id, { status: 'SUCCEEDED' });
/** Reads one job's events for its followers, and knows when they wait. */
class Reader {
  reads = 0;
  #underWay = 0;
  #emptyAfter = -1;

  constructor(private readonly id: string) {}

  readonly read = async (after: number): Promise<JobEventRow[]> => {
    this.reads += 1;
    this.#underWay += 1;
    const events = await jobEventsAfter(db, this.id, after);
    this.#underWay -= 1;
    if (events.length === 0) this.#emptyAfter = after;
    return events;
  };

  /** Resolves when nothing came after the event `seq` and no read is under way. */
  async waits(seq: number): Promise<void> {
    await until(() => this.#emptyAfter === seq && this.#underWay === 0, 'the followers to wait');
  }
}

describe('following events', () => {
  it('replays what is after a number, goes on live and completes with the last event', async () => {
    const id = await insertJob(db);
    await append(id, 5);
    const following = numbersOf(follow(id, 2));
    await append(id, 5);
    await end(id);
    expect(await following).toEqual(numbers(3, 11));
  });

  it('of something that has ended completes, from wherever one stood', async () => {
    const id = await insertJob(db);
    await append(id, 3);
    await end(id);
    expect(await numbersOf(follow(id))).toEqual([1, 2, 3, 4]);
    expect(await numbersOf(follow(id, 3))).toEqual([4]);
    expect(await numbersOf(follow(id, 4))).toEqual([]);
    expect(await numbersOf(follow(id, 99, { isOver: async () => true }))).toEqual([]);
  });

  it('takes what does not fit into one read with the next', async () => {
    const id = await insertJob(db);
    await append(id, 25);
    await end(id);
    const events = follow(id, 0, { read: (from) => jobEventsAfter(db, id, from, 4) });
    expect(await numbersOf(events)).toEqual(numbers(1, 26));
  });

  it('reads on only when the consumer has taken what there was', async () => {
    const id = await insertJob(db);
    await append(id, 9);
    let reads = 0;
    const events = follow(id, 0, {
      read: (from) => {
        reads += 1;
        return jobEventsAfter(db, id, from, 3);
      },
    });
    expect(reads).toBe(0);
    for (const _ of [1, 2, 3]) await events.next();
    expect(reads).toBe(1);
    await append(id, 1);
    await events.next();
    expect(reads).toBe(2);
    await events.return!();
  });

  it('misses nothing and repeats nothing while connections are cut again and again', async () => {
    const id = await insertJob(db);
    const followers = [0, 0, 0].map((after) => numbersOf(follow(id, after)));
    for (let round = 0; round < 8; round += 1) {
      const cutting = db
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        )
        .catch(() => {});
      for (let i = 0; i < 10; i += 1) await appendJobEvent(db, id, {}).catch(() => {});
      await cutting;
    }
    for (;;) {
      const ended = await end(id).catch(() => null);
      if (ended) break;
    }
    const [row] = await db.query<{ last: number }>(
      'select event_seq as last from jobs where id = $1',
      [id],
    );
    for (const seen of followers) expect(await seen).toEqual(numbers(1, row!.last));
  });

  it('sees events that were written while nobody listened', async () => {
    const id = await insertJob(db);
    await append(id, 1);
    const reader = new Reader(id);
    const following = numbersOf(follow(id, 0, { read: reader.read }));
    await reader.waits(1);
    // Without the notification that would say so.
    await db.query(
      `insert into job_events (job_id, seq, status, progress) values ($1, 2, 'SUCCEEDED', 1)`,
      [id],
    );
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clipwright events'
       and datname = current_database()`,
    );
    expect(await following).toEqual([1, 2]);
  });

  it('ends at once when the consumer returns, also while it waits', async () => {
    const id = await insertJob(db);
    const events = follow(id);
    const waiting = events.next();
    while (hub.size === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await events.return!()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends when the hub is closed', async () => {
    const id = await insertJob(db);
    const following = numbersOf(follow(id));
    await hub.close();
    expect(await following).toEqual([]);
  });

  it('passes on an error that is not a lost connection, and leaves nothing open', async () => {
    const id = await insertJob(db);
    const events = follow(id, 0, { read: () => Promise.reject(new Error('no such column')) });
    await expect(events.next()).rejects.toThrow('no such column');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('by many costs about as many reads as by one', async () => {
    const id = await insertJob(db);
    const reader = new Reader(id);
    const { read } = reader;
    const followers = Array.from({ length: 200 }, () => numbersOf(follow(id, 0, { read })));
    await reader.waits(0);
    reader.reads = 0;
    for (let seq = 1; seq <= 10; seq += 1) {
      await appendJobEvent(db, id, {});
      await reader.waits(seq);
    }
    await end(id);
    for (const seen of followers) expect(await seen).toEqual(numbers(1, 11));
    // One read brings an event, and one finds that there is no other.
    expect(reader.reads).toBeLessThanOrEqual(3 * 11);
  });
});
