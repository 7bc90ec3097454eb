import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const asBrowser = { token: null, headers: { accept: 'text/html,*/*' } };

test.each(['/', '/runs', '/runs/0b8e', '/datasets/1?split=TEST'])(
  '%s is the dashboard for a browser',
  async (path) => {
    const page = await api.raw(path, asBrowser);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('<title>Clipwright</title>');
  },
);

test('its policy lets in no other host, no inline script, and no style but with the nonce of this one answer', async () => {
  const first = await api.raw('/', asBrowser);
  const policy = first.headers.get('content-security-policy')!;
  expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/);
  expect(policy).not.toMatch(/https?:|unsafe-/);
  const html = await first.text();
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!;
  expect(html).toContain(`nonce="${nonce}"`);
  expect(html).not.toContain('__NONCE__');
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  const second = await api.raw('/', asBrowser);
  expect(second.headers.get('content-security-policy')).not.toBe(policy);
});

test('its files are those of the build alone', async () => {
  const html = await (await api.raw('/', asBrowser)).text();
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html)!;
  const answer = await api.raw(script!, { token: null });
  expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(answer.headers.get('cache-control')).toContain('immutable');
  for (const name of ['x.js', '..%2findex.html', '%2e%2e%2f.stamp', '__proto__', 'constructor']) {
    expect((await api.raw(`/assets/${name}`, { token: null })).status).toBe(404);
  }
});

test('its larger files come compressed to those who take that, and are the same', async () => {
  const html = await (await api.raw('/', asBrowser)).text();
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html)!;
  const ask = (encoding: string) =>
    api.raw(script!, { token: null, headers: { 'accept-encoding': encoding } });
  const plain = await ask('identity');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(plain.headers.get('vary')).toBe('accept-encoding');
  const text = await plain.text();
  for (const encoding of ['br', 'gzip']) {
    const answer = await ask(encoding);
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await answer.text()) === text).toBe(true);
  }
});

test('an unknown address is the dashboard for a browser, which says so, and not found', async () => {
  for (const path of ['/nothing', '/runsx?a=b', '//example.com']) {
    const page = await api.raw(path, asBrowser);
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('<title>Clipwright</title>');
    const answer = await api.raw(path, { token: null });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/json/);
  }
});

test('what is no page is not found, for browsers too', async () => {
  for (const path of ['/files/images/1/2', '/.env', '/assets/x']) {
    const answer = await api.raw(path, asBrowser);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/json/);
  }
  expect((await api.raw('/runs', { token: null })).status).toBe(404);
});

test('an address that cannot be decoded is bad input, with the headers of every answer', async () => {
  for (const [path, status] of [
    ['/%zz', 400],
    ['/runs/%ff', 400],
    [`/files/images/${'1'.repeat(7000)}/2`, 414],
  ] as const) {
    const answer = await api.raw(path, { token: null });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  }
});
