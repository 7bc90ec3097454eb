import { expect, test } from 'vitest';
import type { Context } from '../../../src/resolvers/context.js';
import { followRun } from '../../../src/resolvers/follow.js';

const ID = '00000000-0000-0000-0000-000000000000';

test('an end that commits between a read and the look at the run is still handed out', async () => {
  const events = [{ seq: 1, status: 'RUNNING', progress: 0, epoch: null, message: null }];
  let status = 'RUNNING';
  let reads = 0;
  const query = async (text: string, values: unknown[]) => {
    if (!text.includes('run_events')) return [{ status, seq: events.length }];
    reads += 1;
    const found = events.filter((event) => event.seq > (values[1] as number));
    if (reads === 2) {
      // Right after this read came back with nothing new.
      events.push({ ...events[0]!, seq: 2, status: 'SUCCEEDED' });
      status = 'SUCCEEDED';
    }
    return found;
  };
  const eventHub = {
    subscribe: () => ({ next: async () => true, close: () => {} }),
    read: (_topic: string, _after: number, read: () => Promise<unknown>) => read(),
  };
  const context = { db: { query }, eventHub } as unknown as Context;
  const seen: number[] = [];
  for await (const event of await followRun(context, { runId: ID })) seen.push(event.seq);
  expect(seen).toEqual([1, 2]);
});
