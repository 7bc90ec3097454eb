import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { CHROMIUM, openBrowser, type Page } from './support/browser.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

test('a browser that opens /graphql is sent to the explorer, others are told to POST', async () => {
  const page = await api.raw('/graphql', { token: null, headers: { accept: 'text/html,*/*' } });
  expect(page.status).toBe(302);
  expect(page.headers.get('location')).toBe('/explorer');
  const other = await api.raw('/graphql', { token: null });
  expect(other.status).toBe(405);
  expect(other.headers.get('allow')).toBe('POST');
});

test('the explorer is of this server alone', async () => {
  const page = await api.raw('/explorer', { token: null });
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
  expect(policy).not.toMatch(/https?:|unsafe-eval/);
  expect(await page.text()).not.toMatch(/(src|href)="(https?:)?\/\//);
  const script = await api.raw('/explorer/explorer.js', { token: null });
  expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
  for (const name of [
    'nothing.js',
    '..%2fclient.js',
    '%2e%2e%2fpackage.json',
    '__proto__',
    'constructor',
  ]) {
    expect((await api.raw(`/explorer/${name}`, { token: null })).status).toBe(404);
  }
});

describe.skipIf(!CHROMIUM)('in Chromium (skipped where it is not installed)', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openBrowser();
  });
  afterAll(() => page.close());
  const text = () => page.evaluate('document.body.innerText');

  test('after the sign-in link the schema is read and a query runs, with no other host asked', async () => {
    await page.open(`${api.url}${api.server.signInPath()}`);
    await expect.poll(() => page.evaluate('location.pathname'), { timeout: 20_000 }).toBe('/');
    await page.open(`${api.url}/explorer`);
    await expect.poll(text, { timeout: 20_000 }).toContain('runs');
    const ready = () => page.requests.some((url) => url.endsWith('/json.worker.js'));
    await expect.poll(ready, { timeout: 20_000 }).toBe(true);
    // A click stops what the click before it has begun, so there is one.
    await page.evaluate(`document.querySelector('.graphiql-execute-button').click()`);
    await expect
      .poll(async () => (await text()).replace(/\s+/g, ' '), { timeout: 10_000 })
      .toContain('"role": "ADMIN"');
    const socket = `new Promise((resolve) => {
      const ws = new WebSocket('ws://' + location.host + '/graphql', 'graphql-transport-ws');
      ws.onopen = () => { ws.close(); resolve('open'); };
      ws.onerror = () => resolve('refused');
    })`;
    expect(await page.evaluate(socket)).toBe('open');
    const { host } = new URL(api.url);
    expect(page.requests.length).toBeGreaterThan(5);
    const elsewhere = page.requests.filter(
      (url) => !/^(data|blob|about):/.test(url) && new URL(url).host !== host,
    );
    expect(elsewhere).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
