import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type Api, startApi } from './support/api.js';

let api: Api;
let open: Api;
beforeAll(async () => {
  [api, open] = await Promise.all([
    startApi(),
    startApi({
      publicUrl: 'https://clips.example.org',
      token: 'fixed-token-of-32-characters-0123',
    }),
  ]);
});
afterAll(() => Promise.all([api.stop(), open.stop()]));

/** fetch does not send a Host or an Origin of one's own. */
function send(
  to: Api,
  headers: Record<string, string>,
  options: { method?: string; path?: string; body?: string } = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const { port } = new URL(to.url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: options.path ?? '/graphql',
        method: options.method ?? 'POST',
        agent: false,
        headers: {
          authorization: `Bearer ${to.tokens.ADMIN}`,
          'content-type': 'application/json',
          ...headers,
        },
      },
      (incoming) => {
        let body = '';
        incoming.on('data', (chunk) => {
          body += chunk;
        });
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode!, body, headers: incoming.headers }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body ?? '{"query":"{ me { role } }"}');
  });
}

function upgrade(to: Api, headers: Record<string, string>): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const ws = new WebSocket(`${to.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    ws.once('open', () => {
      ws.terminate();
      resolve('open');
    });
    ws.once('unexpected-response', (_request, response) => resolve(response.statusCode!));
    ws.on('error', () => {});
  });
}

const HOSTS = {
  accepted: [
    'localhost',
    'localhost:4000',
    'LOCALHOST:4000',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]',
    '[::1]:4000',
  ],
  refused: [
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.localhost',
    'localhost.',
    '127.0.0.1.nip.io',
    '[::2]',
    '0.0.0.0',
    '127.1',
    '2130706433',
    '10.0.0.1',
    'localhost:4000:4000',
    'user@localhost',
    'localhost/evil',
    'clips.example.org',
    '[::ffff:127.0.0.1]',
    'localhost:99999999',
    '-',
    ' ',
  ],
};

describe('the Host', () => {
  test.each(HOSTS.accepted)('%s is answered', async (host) => {
    expect((await send(api, { host })).status).toBe(200);
    expect(await upgrade(api, { host })).toBe('open');
  });

  test.each(HOSTS.refused)('%s is refused over HTTP and before the upgrade', async (host) => {
    expect([400, 403]).toContain((await send(api, { host })).status);
    expect([400, 403]).toContain(await upgrade(api, { host }));
    expect([400, 403]).toContain(
      (await send(api, { host }, { method: 'GET', path: '/explorer', body: '' })).status,
    );
    expect([400, 403]).toContain(
      (await send(api, { host }, { method: 'GET', path: '/metrics', body: '' })).status,
    );
  });

  test('of CLIPWRIGHT_PUBLIC_URL is answered', async () => {
    expect((await send(open, { host: 'clips.example.org' })).status).toBe(200);
    expect((await send(open, { host: 'clips.example.org:444' })).status).toBe(403);
    expect((await send(open, { host: 'evil.clips.example.org' })).status).toBe(403);
    expect(await upgrade(open, { host: 'clips.example.org' })).toBe('open');
  });
});

describe('the Origin', () => {
  const host = 'localhost:4000';
  test.each(['http://localhost:4000', 'https://localhost:4000'])(
    '%s, the own one, is answered',
    async (origin) => {
      expect((await send(api, { host, origin })).status).toBe(200);
      expect(await upgrade(api, { host, origin })).toBe('open');
    },
  );

  test.each([
    'null',
    'http://evil.example',
    'http://localhost',
    'http://localhost:4001',
    'http://127.0.0.1:4000',
    'http://localhost:4000.evil.example',
    'http://evil.example/http://localhost:4000',
    'http://localhost:40000',
    'file://',
    'http://LOCALHOST.evil.example:4000',
    'chrome-extension://localhost:4000',
    '',
    ' ',
    'http://localhost:4000/',
    'http://localhost:4000 http://evil.example',
    'ftp://localhost:4000',
  ])('"%s" is refused over HTTP and before the upgrade', async (origin) => {
    expect((await send(api, { host, origin })).status).toBe(403);
    expect(await upgrade(api, { host, origin })).toBe(403);
  });

  test('of CLIPWRIGHT_PUBLIC_URL is answered, look-alikes are not', async () => {
    const to = { host: 'clips.example.org' };
    expect((await send(open, { ...to, origin: 'https://clips.example.org' })).status).toBe(200);
    for (const origin of [
      'http://clips.example.org',
      'https://clips.example.org.evil',
      'https://clips.example.org:444',
    ]) {
      expect((await send(open, { ...to, origin })).status).toBe(403);
    }
  });
});

test('refused upgrades leave no connection behind', async () => {
  for (let i = 0; i < 20; i++) await upgrade(api, { origin: 'http://evil.example' });
  const open = () =>
    new Promise((resolve) =>
      api.server.app.server.getConnections((_error, count) => resolve(count)),
    );
  await expect.poll(open).toBe(0);
});

describe('the content type', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
    'application/graphql',
    'text/plain; application/json',
    'application/json-patch',
    'text/plain;application/json',
    'application/ json',
    'application/jsonp',
    '*/*',
  ])('"%s" is refused', async (type) => {
    const { status } = await send(api, { 'content-type': type });
    expect([400, 415]).toContain(status);
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    '%s is read',
    async (type) => {
      expect((await send(api, { 'content-type': type })).status).toBe(200);
    },
  );

  test('of a GET does not matter: no operation goes by GET', async () => {
    for (const path of [
      '/graphql?query={me{role}}',
      '/graphql?query=mutation{revokeToken(id:"x")}',
    ]) {
      const { status, body } = await send(api, {}, { method: 'GET', path, body: '' });
      expect(status).not.toBe(200);
      expect(body).not.toContain('ADMIN');
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await send(api, {}, { method, body: '' })).status).not.toBe(200);
    }
  });

  test('a page of another site is not allowed to ask', async () => {
    const answer = await send(
      api,
      { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
      { method: 'OPTIONS', body: '' },
    );
    expect(answer.status).toBe(403);
    const own = await send(api, {}, { method: 'OPTIONS', body: '' });
    expect(own.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

test('the fixed token is an admin', async () => {
  const answer = await open.post(
    '{ me { role tokenId tokenName } }',
    {},
    { token: 'fixed-token-of-32-characters-0123' },
  );
  expect(answer.data.me).toEqual({ role: 'ADMIN', tokenId: null, tokenName: 'CLIPWRIGHT_TOKEN' });
  expect(
    (await open.post('{ me { role } }', {}, { token: 'fixed-token-of-32-characters-0124' })).status,
  ).toBe(401);
});

describe('signing in', () => {
  test('the link works once and gives a cookie that works over HTTP and on the socket', async () => {
    const path = api.server.signInPath();
    const first = await api.raw(path, { token: null });
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/');
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict;/);
    expect((await api.raw(path, { token: null })).status).toBe(403);

    const session = cookie.split(';')[0]!;
    const answer = await api.post(
      '{ me { role tokenId tokenName } tokens { id name } }',
      {},
      { token: null, headers: { cookie: session } },
    );
    const { tokenId, ...viewer } = answer.data.me;
    expect(viewer).toEqual({ role: 'ADMIN', tokenName: 'browser' });
    expect(answer.data.tokens).toContainEqual({ id: tokenId, name: 'browser' });
    const client = api.socket({ token: null, headers: { cookie: session } });
    const overSocket = client.iterate({ query: '{ me { tokenName } }' });
    expect((await overSocket.next()).value?.data).toEqual({ me: { tokenName: 'browser' } });
  });

  test('signing out takes the cookie back and revokes its session, and others stay', async () => {
    const [mine, other] = await Promise.all(
      [1, 2].map(async () => {
        const answer = await api.raw(api.server.signInPath(), { token: null });
        return answer.headers.get('set-cookie')!.split(';')[0]!;
      }),
    );
    const out = await api.raw('/sign-out', {
      token: null,
      method: 'POST',
      headers: { cookie: mine! },
    });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^clipwright_session=; .*Max-Age=0/);
    const ask = (cookie: string) =>
      api.post('{ me { role } }', {}, { token: null, headers: { cookie } });
    expect((await ask(mine!)).status).toBe(401);
    expect((await ask(other!)).status).toBe(200);
  });

  test('another site cannot sign anybody out', async () => {
    const answer = await api.raw('/sign-out', {
      token: null,
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
  });

  test.each(['', 'x', 'x'.repeat(100_00)])('a made-up code gives nothing', async (code) => {
    const answer = await api.raw(`/sign-in?code=${code}`, { token: null });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('the cookie is for https alone where the public URL is', async () => {
    const answer = await open.raw(open.server.signInPath(), { token: null });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure/);
  });
});

describe('health', () => {
  test('/healthz and /readyz answer anybody', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect(
        (await send(api, { host: '10.1.2.3:80' }, { method: 'GET', path, body: '' })).status,
      ).toBe(200);
    }
  });

  test('/metrics answers this machine, and others with a token', async () => {
    await api.db.query(`insert into jobs (task, payload) values ('train-run', '{}')`);
    await api.post('{ me { role } }');
    const text = await (await api.raw('/metrics', { token: null })).text();
    for (const name of [
      'clipwright_http_request_duration_seconds_bucket',
      'clipwright_graphql_operation_duration_seconds_count',
      'clipwright_jobs{status="QUEUED"} 1',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ]) {
      expect(text).toContain(name);
    }
    const proxied = { method: 'GET', path: '/metrics', body: '' };
    expect((await send(api, { 'x-forwarded-for': '1.2.3.4' }, proxied)).status).toBe(200);
    expect(
      (await send(api, { 'x-forwarded-for': '1.2.3.4', authorization: '' }, proxied)).status,
    ).toBe(401);
    expect(
      (await send(open, { host: 'clips.example.org', authorization: '' }, proxied)).status,
    ).toBe(401);
  });
});
