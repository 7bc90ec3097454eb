import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAdminToken } from '../../src/services/tokens.js';
import { type Api, startApi } from './support/api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

test('a token is shown once, kept as a hash, and works until it is revoked', async () => {
  const { data } = await api.post(
    'mutation { createToken(name: "ci", role: EDITOR) { secret token { id name role lastUsedAt expiresAt } } }',
  );
  const { secret, token } = data.createToken;
  expect(secret).toMatch(/^cw_[A-Za-z0-9_-]{43}$/);
  expect(token).toMatchObject({ name: 'ci', role: 'EDITOR', lastUsedAt: null, expiresAt: null });

  const rows = await api.db.query<{ row: string }>('select to_json(t)::text as row from tokens t');
  expect(rows.map(({ row }) => row).join()).not.toContain(secret.slice(3));

  expect((await api.post('{ me { role } }', {}, { token: secret })).data.me.role).toBe('EDITOR');
  const listed = await api.post('{ tokens { id name lastUsedAt } }');
  const mine = listed.data.tokens.find((each: { id: string }) => each.id === token.id);
  expect(Date.parse(mine.lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);

  expect((await api.post(`mutation { revokeToken(id: "${token.id}") }`)).data.revokeToken).toBe(
    true,
  );
  expect((await api.post('{ me { role } }', {}, { token: secret })).status).toBe(401);
  expect((await api.post(`mutation { revokeToken(id: "${token.id}") }`)).code).toBe('NOT_FOUND');
});

test('a token expires', async () => {
  const create = (expiresAt: string) =>
    api.post(
      'mutation($at: DateTime) { createToken(name: "x", role: VIEWER, expiresAt: $at) { secret } }',
      {
        at: expiresAt,
      },
    );
  expect((await create('2020-01-01T00:00:00Z')).code).toBe('BAD_USER_INPUT');
  expect((await create('yesterday')).code).toBe('BAD_USER_INPUT');
  const { data } = await create(new Date(Date.now() + 3_600_000).toISOString());
  const me = () => api.post('{ me { role } }', {}, { token: data.createToken.secret });
  expect((await me()).status).toBe(200);
  await api.db.query("update tokens set expires_at = now() where name = 'x'");
  await expect.poll(async () => (await me()).status, { timeout: 5000 }).toBe(401);
});

test('the first admin token lies in a file that its owner alone reads', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'clipwright-data-'));
  expect(await ensureAdminToken({ db: api.db, dataDirectory })).toBeNull();
  await api.db.query('delete from tokens');
  const path = (await ensureAdminToken({ db: api.db, dataDirectory }))!;
  expect(path).toBe(join(dataDirectory, 'admin-token'));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const secret = (await readFile(path, 'utf8')).trim();
  expect((await api.post('{ me { role } }', {}, { token: secret })).data.me.role).toBe('ADMIN');
  expect(await ensureAdminToken({ db: api.db, dataDirectory })).toBeNull();
});
