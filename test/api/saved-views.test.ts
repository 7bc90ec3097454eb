import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_SAVED_VIEWS } from '../../src/services/saved-views.js';
import { createToken } from '../../src/services/tokens.js';
import { type Api, startApi } from './support/api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const VIEW = 'id page name query owner mine shared createdAt updatedAt';

interface Input {
  page?: string;
  name?: string;
  query?: string;
  shared?: boolean | null;
}

function save(token: string, input: Input) {
  return api.post(
    `mutation ($input: SaveViewInput!) { saveView(input: $input) { ${VIEW} } }`,
    { input: { page: 'RUNS', name: 'mine', query: 'sort=-map', ...input } },
    { token },
  );
}

async function list(token: string, page = 'RUNS') {
  const answer = await api.post(`{ savedViews(page: ${page}) { ${VIEW} } }`, {}, { token });
  expect(answer.errors).toBeUndefined();
  return answer.data.savedViews;
}

function remove(token: string, id: string) {
  return api.post('mutation ($id: ID!) { deleteView(id: $id) }', { id }, { token });
}

test('a view is kept for its owner alone, whatever the role, and replaced under its name', async () => {
  const { data } = await save(api.tokens.VIEWER, { name: '  By mAP ', query: 'sort=-map%2Cname' });
  expect(data.saveView).toMatchObject({
    page: 'RUNS',
    name: 'By mAP',
    query: 'sort=-map%2Cname',
    owner: 'viewer',
    mine: true,
    shared: false,
  });
  expect(await list(api.tokens.VIEWER)).toEqual([data.saveView]);
  expect(await list(api.tokens.VIEWER, 'COMPARE')).toEqual([]);
  expect(await list(api.tokens.ADMIN)).toEqual([]);

  const again = (await save(api.tokens.VIEWER, { name: 'By mAP', query: 'sort=map' })).data
    .saveView;
  expect(again).toMatchObject({ id: data.saveView.id, query: 'sort=map' });
  expect(again.createdAt).toBe(data.saveView.createdAt);
  expect(Date.parse(again.updatedAt)).toBeGreaterThan(Date.parse(data.saveView.updatedAt));
  // The same name on another page is another view.
  await save(api.tokens.VIEWER, { page: 'COMPARE', name: 'By mAP', query: '' });
  expect(await list(api.tokens.VIEWER)).toEqual([again]);
});

test('the next token of a name has the views of the one before', async () => {
  const [first, second, other] = await Promise.all(
    ['ana', 'ana', 'ben'].map((name) => createToken({ db: api.db }, { name, role: 'VIEWER' })),
  );
  await save(first!.secret, { name: 'kept' });
  expect((await list(second!.secret)).map(({ name }: { name: string }) => name)).toEqual(['kept']);
  expect(await list(other!.secret)).toEqual([]);
});

test('an editor shares, everybody sees it, and only an administrator deletes what is another’s', async () => {
  expect((await save(api.tokens.VIEWER, { name: 'ours', shared: true })).code).toBe('FORBIDDEN');
  const { saveView: ours } = (await save(api.tokens.EDITOR, { name: 'ours', shared: true })).data;
  const seen = (await list(api.tokens.VIEWER)).at(-1);
  expect(seen).toEqual({ ...ours, mine: false });
  expect(seen.owner).toBe('editor');
  // What somebody changes about it leaves it shared; the same name of another owner is another view.
  await save(api.tokens.EDITOR, { name: 'ours', query: 'text=a' });
  await save(api.tokens.VIEWER, { name: 'ours', query: 'text=b' });
  expect(await list(api.tokens.VIEWER)).toMatchObject([
    { name: 'By mAP', mine: true },
    { query: 'text=b', mine: true, shared: false },
    { query: 'text=a', mine: false, shared: true },
  ]);

  expect((await remove(api.tokens.VIEWER, ours.id)).code).toBe('NOT_FOUND');
  const { saveView: secret } = (await save(api.tokens.EDITOR, { name: 'not shared' })).data;
  expect((await remove(api.tokens.ADMIN, secret.id)).code).toBe('NOT_FOUND');
  expect((await remove(api.tokens.ADMIN, ours.id)).data.deleteView).toBe(true);
  expect((await remove(api.tokens.EDITOR, secret.id)).data.deleteView).toBe(true);
  expect((await remove(api.tokens.EDITOR, secret.id)).code).toBe('NOT_FOUND');
  expect((await remove(api.tokens.EDITOR, 'x')).code).toBe('NOT_FOUND');
});

test('who is no longer an editor shares nothing by saving again', async () => {
  const editor = await createToken({ db: api.db }, { name: 'eve', role: 'EDITOR' });
  const viewer = await createToken({ db: api.db }, { name: 'eve', role: 'VIEWER' });
  await save(editor.secret, { shared: true });
  expect((await save(viewer.secret, { query: 'text=c' })).data.saveView.shared).toBe(false);
});

test.each([
  '',
  ' \t ',
  'x'.repeat(101),
  'two\nlines',
  'a\u0000b',
  'a\u202eb',
  'a\u200bb',
  '\u200d\u200c',
  'a\u2028b',
  'a\ud800b',
])('the name %j is refused', async (name) => {
  expect((await save(api.tokens.ADMIN, { name })).code).toBe('BAD_USER_INPUT');
});

test('a name may be markup, a path or another script: it is text', async () => {
  const names = [
    '<img src=x onerror=alert(1)>',
    "'; drop table runs; --",
    '../..',
    '最良 👩\u200d🔬',
  ];
  for (const name of names) {
    expect((await save(api.tokens.ADMIN, { name })).data.saveView.name).toBe(name);
  }
});

test.each([
  'https://example.org/',
  '//example.org',
  '/access',
  '?sort=map',
  'sort=map#top',
  'javascript:alert(1)',
  'text=a b',
  'text=ä',
  'a=\\example.org',
  `text=${'x'.repeat(4000)}`,
])('an address that is no query of our pages is refused: %s', async (query) => {
  expect((await save(api.tokens.ADMIN, { query })).code).toBe('BAD_USER_INPUT');
});

test('a page of others has no views', async () => {
  for (const page of ['ACCESS', '/runs', 'https://example.org'])
    expect((await save(api.tokens.ADMIN, { page })).code).toBe('BAD_USER_INPUT');
});

test('an owner has at most so many views, also when they are saved at once', async () => {
  const { secret } = await createToken({ db: api.db }, { name: 'collector', role: 'VIEWER' });
  await api.db.query(
    `insert into saved_views (owner, page, name, query, shared)
     select 'collector', 'RUNS', 'view ' || n, '', false from generate_series(1, $1) n`,
    [MAX_SAVED_VIEWS - 2],
  );
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) => save(secret, { page: 'COMPARE', name: `more ${at}` })),
  );
  expect(answers.filter(({ code }) => code === 'CONFLICT')).toHaveLength(4);
  const [first] = await list(secret);
  expect((await save(secret, { name: first.name, query: 'text=d' })).data.saveView.query).toBe(
    'text=d',
  );
  await remove(secret, first.id);
  expect((await save(secret, { name: 'room again' })).errors).toBeUndefined();
});
