import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { appendJobEvent, appendRunEvent } from '../../src/db/events.js';
import { enqueueJob } from '../../src/jobs/enqueue.js';
import { createToken, revokeToken } from '../../src/services/tokens.js';
import { type Api, ask, startApi } from './support/api.js';
import { CLIP_MINI } from './support/fake-services.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

let api: Api;
let place: { versionId: string; setId: string };
beforeAll(async () => {
  api = await startApi({
    // A megabyte of encoders, which take no memory of their own.
    services: {
      encoders: {
        list: async () => Array(500).fill({ ...CLIP_MINI, name: 'x'.repeat(2000) }),
      },
    },
    limits: {
      socketsPerToken: 4,
      subscriptionsPerToken: 6,
      // All others here have said who they are by then, on a busy machine too.
      connectionInitMs: 1500,
      messageBurst: 20,
    },
  });
  const { versionId } = await seedDataset(api.db, { name: 'photos' });
  place = { versionId, setId: await seedSet(api.db, versionId) };
});
afterAll(() => api.stop());

const clients: Client[] = [];
const socket = (options?: Parameters<Api['socket']>[0]) => {
  const client = api.socket(options);
  clients.push(client);
  return client;
};
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await expect.poll(() => api.eventHub.size).toBe(0);
});

const RUN_EVENTS = `subscription($id: ID!, $after: Int) { runEvents(runId: $id, after: $after) {
  seq status progress message epoch { epoch validation { undefinedLabels { key } } } run { status epoch } } }`;

function follow(client: Client, query: string, variables: Record<string, unknown>) {
  return client.iterate({ query, variables })[Symbol.asyncIterator]();
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
async function next(iterator: AsyncIterator<any>): Promise<any> {
  const { value, done } = await iterator.next();
  if (done) return 'complete';
  expect(value.errors).toBeUndefined();
  return Object.values(value.data)[0];
}

describe('runEvents', () => {
  let runId: string;
  beforeEach(async () => {
    runId = await seedRun(api.db, place, { status: 'QUEUED', epochs: 3 });
  });
  const append = (change: Parameters<typeof appendRunEvent>[2]) =>
    api.db.transaction((tx) => appendRunEvent(tx, runId, change));

  test('replays, goes on live, shows the run as it is now, and ends with it', async () => {
    await append({ status: 'RUNNING' });
    const events = follow(socket(), RUN_EVENTS, { id: runId });
    expect(await next(events)).toMatchObject({
      seq: 1,
      message: 'queued',
      run: { status: 'RUNNING' },
    });
    expect(await next(events)).toMatchObject({ seq: 2, status: 'RUNNING', epoch: null });
    const waiting = next(events);
    await append({ progress: 0.3, epoch: 1 });
    expect(await waiting).toMatchObject({
      seq: 3,
      progress: 0.3,
      epoch: { epoch: 1, validation: { undefinedLabels: [{ key: '16' }] } },
      run: { epoch: 1 },
    });
    await append({ status: 'SUCCEEDED', progress: 1 });
    expect(await next(events)).toMatchObject({
      seq: 4,
      status: 'SUCCEEDED',
      run: { status: 'SUCCEEDED' },
    });
    expect(await next(events)).toBe('complete');
  });

  test('a client whose socket drops comes back and misses nothing, and sees nothing twice', async () => {
    const seen: number[] = [];
    let after = 0;
    let written = 1;
    const writer = (async () => {
      for (let i = 0; i < 40; i++) {
        await append({ status: 'RUNNING', progress: i / 40 });
        written += 1;
        await sleep(5);
      }
      await append({ status: 'SUCCEEDED' });
      written += 1;
    })();
    for (let drops = 0; ; drops++) {
      const client = socket();
      const events = follow(client, RUN_EVENTS, { id: runId, after });
      let done = false;
      for (let taken = 0; taken < 7 || drops > 20; taken++) {
        const event = await next(events);
        if (event === 'complete') {
          done = true;
          break;
        }
        seen.push(event.seq);
        after = event.seq;
      }
      if (done) break;
      client.terminate();
    }
    await writer;
    expect(seen).toEqual(Array.from({ length: written }, (_, i) => i + 1));
  });

  test('of a run that has ended replays what is left and completes at once', async () => {
    await append({ status: 'FAILED' });
    const all = follow(socket(), RUN_EVENTS, { id: runId });
    expect((await next(all)).seq).toBe(1);
    expect((await next(all)).seq).toBe(2);
    expect(await next(all)).toBe('complete');
    expect(await next(follow(socket(), RUN_EVENTS, { id: runId, after: 2 }))).toBe('complete');
    expect(await next(follow(socket(), RUN_EVENTS, { id: runId, after: 99 }))).toBe('complete');
  });

  test.each(['nonsense', '00000000-0000-0000-0000-000000000000'])(
    'of %s is NOT_FOUND',
    async (id) => {
      expect((await ask(socket(), RUN_EVENTS, { id })).code).toBe('NOT_FOUND');
    },
  );

  test('refuse a negative number', async () => {
    expect((await ask(socket(), RUN_EVENTS, { id: runId, after: -1 })).code).toBe('BAD_USER_INPUT');
  });

  test('stopped by the client stop on the server, though nothing happens', async () => {
    const client = socket();
    const events = follow(client, RUN_EVENTS, { id: runId, after: 1 });
    const waiting = events.next();
    await expect.poll(() => api.eventHub.size).toBe(1);
    await events.return?.();
    await waiting;
    await expect.poll(() => api.eventHub.size).toBe(0);
  });
});

test('jobEvents replay, go on live and end with the job', async () => {
  const id = await api.db.transaction((tx) =>
    enqueueJob(tx, { task: 'import-dataset', payload: {} }),
  );
  const query = `subscription($id: ID!) { jobEvents(jobId: $id) { seq status progress etaSeconds message } }`;
  const events = follow(socket(), query, { id });
  expect(await next(events)).toMatchObject({ seq: 1, status: 'QUEUED' });
  await appendJobEvent(api.db, id, {
    status: 'RUNNING',
    progress: 0.5,
    etaSeconds: 3,
    message: 'half',
  });
  expect(await next(events)).toEqual({
    seq: 2,
    status: 'RUNNING',
    progress: 0.5,
    etaSeconds: 3,
    message: 'half',
  });
  await appendJobEvent(api.db, id, { status: 'CANCELLED' });
  expect(await next(events)).toMatchObject({ seq: 3, status: 'CANCELLED' });
  expect(await next(events)).toBe('complete');
  expect((await ask(socket(), query, { id: 'x' })).code).toBe('NOT_FOUND');
});

test('runsChanged tells of runs that are created or change state, not of progress', async () => {
  const before = await seedRun(api.db, place, { status: 'QUEUED', name: 'just before' });
  const events = follow(socket(), 'subscription { runsChanged { id status name } }', {});
  // Whoever has read a list, and then asks, may not know of them.
  for (let known = ''; known !== before; known = (await next(events)).id);
  const id = await seedRun(api.db, place, { status: 'QUEUED', name: 'new' });
  expect(await next(events)).toEqual({ id, status: 'QUEUED', name: 'new' });
  await api.db.transaction((tx) => appendRunEvent(tx, id, { progress: 0.5 }));
  await api.db.transaction((tx) => appendRunEvent(tx, id, { status: 'RUNNING' }));
  expect(await next(events)).toMatchObject({ id, status: 'RUNNING' });
});

describe('sockets', () => {
  const raw = (options: { protocol?: string; headers?: Record<string, string> } = {}) =>
    new WebSocket(
      `${api.url.replace('http', 'ws')}/graphql`,
      options.protocol ?? 'graphql-transport-ws',
      {
        headers: options.headers ?? {},
      },
    );
  const closed = (ws: WebSocket) => new Promise<number>((resolve) => ws.once('close', resolve));
  const opened = (ws: WebSocket) => new Promise((resolve) => ws.once('open', resolve));

  test('that do not say who they are in time are closed', async () => {
    expect(await closed(raw())).toBe(4408);
  });

  test('that speak before they said who they are are closed', async () => {
    const ws = raw();
    await opened(ws);
    ws.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ me { role } }' } }));
    expect(await closed(ws)).toBe(4401);
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['no known message', '{"type":"nothing"}'],
    ['a number', '1'],
  ])('that send %s are closed', async (_case, message) => {
    const ws = raw();
    await opened(ws);
    ws.send(message);
    expect(await closed(ws)).toBe(4400);
  });

  test('of another protocol are closed', async () => {
    const ws = raw({ protocol: 'graphql-ws' });
    ws.on('error', () => {});
    expect([1006, 4406]).toContain(await closed(ws));
  });

  test('that flood are closed', async () => {
    const ws = raw();
    await opened(ws);
    // A hundred a second are let through: more than come by while a busy machine reads them.
    for (let i = 0; i < 300; i++) ws.send('{"type":"ping"}');
    expect(await closed(ws)).toBe(4429);
  });

  test('of one token are limited, those of another are not', async () => {
    const { secret } = await createToken({ db: api.db }, { name: 'many', role: 'VIEWER' });
    for (let i = 0; i < 4; i++) {
      expect((await ask(socket({ token: secret }), '{ me { role } }')).data).toBeDefined();
      follow(clients.at(-1)!, 'subscription { runsChanged { id } }', {})
        .next()
        .catch(() => {});
    }
    await expect.poll(() => api.eventHub.size).toBe(4);
    await expect(ask(socket({ token: secret }), '{ me { role } }')).rejects.toMatchObject({
      code: 4429,
    });
    expect((await ask(socket(), '{ me { role } }')).data).toBeDefined();
  });

  test('of one token hold a limited number of subscriptions together', async () => {
    const { secret } = await createToken({ db: api.db }, { name: 'busy', role: 'VIEWER' });
    const pair = [socket({ token: secret }), socket({ token: secret })];
    for (let i = 0; i < 6; i++) {
      follow(pair[i % 2]!, 'subscription { runsChanged { id } }', {})
        .next()
        .catch(() => {});
    }
    await expect.poll(() => api.eventHub.size).toBe(6);
    expect((await ask(pair[0]!, 'subscription { runsChanged { id } }')).code).toBe(
      'TOO_MANY_REQUESTS',
    );
  });

  test.each(['revoked', 'expired'])('end with their token when it is %s', async (how) => {
    const { token, secret } = await createToken({ db: api.db }, { name: 'short', role: 'VIEWER' });
    const client = socket({ token: secret });
    const events = follow(client, 'subscription { runsChanged { id } }', {});
    const end = (async () => {
      // Runs of the tests before have changed lately.
      while (!(await events.next()).done);
    })().catch((error: { code?: number }) => error.code);
    await expect.poll(() => api.eventHub.size).toBe(1);
    if (how === 'revoked') await revokeToken({ db: api.db }, token.id);
    else await api.db.query('update tokens set expires_at = now() where id = $1', [token.id]);
    expect(await end).toBe(4403);
    await expect.poll(() => api.eventHub.size).toBe(0);
  });

  test.each(['authorization', 'Authorization'])(
    'take the token by %s, as a header',
    async (name) => {
      const ws = raw();
      await opened(ws);
      const answer = new Promise<string>((resolve) =>
        ws.once('message', (data) => resolve(`${data}`)),
      );
      ws.send(
        JSON.stringify({
          type: 'connection_init',
          payload: { [name]: `Bearer ${api.tokens.VIEWER}` },
        }),
      );
      expect(JSON.parse(await answer)).toEqual({ type: 'connection_ack' });
      ws.terminate();
    },
  );

  test('whose client does not read are closed, and others go on', async () => {
    const ws = raw();
    await opened(ws);
    const send = (message: object) => ws.send(JSON.stringify(message));
    send({ type: 'connection_init', payload: { authorization: `Bearer ${api.tokens.ADMIN}` } });
    await new Promise((resolve) => ws.once('message', resolve));
    ws.pause();
    for (let i = 0; i < 15; i++) {
      send({
        type: 'subscribe',
        id: String(i),
        payload: { query: '{ encoders { id name license } }' },
      });
      await sleep(10);
    }
    await expect
      .poll(() => api.logged(), { timeout: 10_000 })
      .toContain('its client does not read');
    expect((await ask(socket(), '{ me { role } }')).data).toEqual({ me: { role: 'ADMIN' } });
    // One MiB is allowed, and the answers that were on their way when it was full; 15 MiB were asked for.
    const held = Number(/"bufferedBytes":(\d+)/.exec(api.logged())?.[1]);
    expect(held).toBeLessThan(8 * 1024 * 1024);
    ws.terminate();
  });
});
