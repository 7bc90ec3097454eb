import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ClipwrightError } from '../../src/errors/clipwright-error.js';
import { type Api, ask, startApi } from './support/api.js';

const SECRET = 'password=hunter2 at /srv/secret/path';

let api: Api;
let failure: unknown;
beforeAll(async () => {
  const fail = async (): Promise<never> => {
    throw failure;
  };
  api = await startApi({ services: { predict: fail, cancelRun: fail, diskUsedBytes: fail } });
});
afterAll(() => api.stop());

const TRANSPORTS = [
  ['HTTP', (query: string) => api.post(query)],
  ['WebSocket', (query: string) => ask(api.socket(), query)],
] as const;

describe.each(TRANSPORTS)('over %s', (_name, send) => {
  test.each([
    ['query', '{ predict(model: "a/1", inputs: [{ text: "x" }]) { key } }'],
    ['mutation', 'mutation { cancelRun(id: "x") { id } }'],
    ['field', '{ system { diskUsedBytes } }'],
  ])(
    'an unknown error of a %s is masked, and logged under the id that the client sees',
    async (_kind, query) => {
      failure = new Error(SECRET);
      const { errors } = await send(query);
      expect(JSON.stringify(errors)).not.toContain('hunter2');
      expect(JSON.stringify(errors)).not.toMatch(/stack|node_modules|\.ts/);
      expect(errors![0].extensions.code).toBe('INTERNAL');
      const { requestId } = errors![0].extensions;
      expect(errors![0].message).toContain(requestId);
      const line = api
        .logged()
        .split('\n')
        .find((each) => each.includes(requestId) && each.includes('hunter2'));
      expect(line).toBeDefined();
    },
  );

  test('an error of ours arrives with its code and message', async () => {
    failure = new ClipwrightError('CONFLICT', 'The run is RUNNING: cancel it first.');
    const { errors } = await send('mutation { cancelRun(id: "x") { id } }');
    expect(errors![0]).toMatchObject({
      message: 'The run is RUNNING: cancel it first.',
      extensions: { code: 'CONFLICT' },
      path: ['cancelRun'],
    });
  });

  test('a full disk is told of, and logged as it was', async () => {
    failure = Object.assign(new Error(`could not extend file "${SECRET}"`), { code: '53100' });
    const { errors } = await send('mutation { cancelRun(id: "x") { id } }');
    expect(errors![0].extensions.code).toBe('DISK_FULL');
    expect(errors![0].message).toContain('make room there');
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    expect(api.logged()).toContain('could not extend file');
  });

  test('what is no Error at all is masked too', async () => {
    failure = { toString: () => SECRET };
    const { errors } = await send('mutation { cancelRun(id: "x") { id } }');
    expect(errors![0].extensions.code).toBe('INTERNAL');
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  test('a long value in a message is cut', async () => {
    failure = new ClipwrightError('BAD_USER_INPUT', 'x'.repeat(100_000));
    const { errors } = await send('mutation { cancelRun(id: "x") { id } }');
    expect(errors![0].message.length).toBeLessThan(3000);
  });
});

test('no secret is logged, and every request with its id', async () => {
  await api.post('{ me { role } }', undefined, { headers: { cookie: 'clipwright_session=abc' } });
  await api.raw('/files/images/x?e=1&s=signature-canary');
  await api.raw('/sign-in?code=code-canary');
  await ask(api.socket(), '{ me { role } }');
  const text = api.logged();
  for (const secret of [
    ...Object.values(api.tokens),
    'signature-canary',
    'code-canary',
    'clipwright_session',
  ]) {
    expect(text).not.toContain(secret);
  }
  const { headers } = await api.post('{ me { role } }');
  expect(api.logged()).toContain(headers.get('x-request-id'));
});

test('where the disk of the database is full, tokens still open what is only read, and signing in says why it fails', async () => {
  await api.db.query(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$`);
  await api.db.query(
    'create trigger full_disk before insert or update on tokens for each row execute function full_disk()',
  );
  onTestFinished(async () => {
    await api.db.query('drop trigger full_disk on tokens; drop function full_disk()');
  });
  await api.db.query('alter table tokens disable trigger full_disk');
  await api.db.query('update tokens set last_used_at = null');
  await api.db.query('alter table tokens enable trigger full_disk');
  expect((await api.post('{ me { role } }')).data).toEqual({ me: { role: 'ADMIN' } });
  expect((await ask(api.socket(), '{ me { role } }')).data).toEqual({ me: { role: 'ADMIN' } });

  const link = api.server.signInPath();
  const refused = await api.raw(link, { token: null });
  expect(refused.status).toBe(507);
  expect(await refused.json()).toMatchObject({
    errors: [
      {
        message: 'The disk of the data directory is full: make room there, then ask again.',
        extensions: { code: 'DISK_FULL' },
      },
    ],
  });
  // The link was not used up.
  await api.db.query('alter table tokens disable trigger full_disk');
  expect((await api.raw(link, { token: null, redirect: 'manual' })).status).toBe(303);
  expect((await api.raw(link, { token: null, redirect: 'manual' })).status).toBe(403);
});
