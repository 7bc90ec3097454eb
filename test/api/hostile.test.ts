import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

let api: Api;
let runId: string;
let versionId: string;
beforeAll(async () => {
  api = await startApi();
  ({ versionId } = await seedDataset(api.db, { name: 'photos' }));
  runId = await seedRun(api.db, { versionId, setId: await seedSet(api.db, versionId) });
});
afterAll(() => api.stop());

const STRINGS = [
  '',
  ' ',
  "'",
  '"',
  '\\',
  '%',
  '_',
  "' or 1=1 --",
  '$1',
  '#{x}',
  '{}',
  '[]',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e',
  '\ufeff',
  '🙂'.repeat(100),
  'é',
  'x'.repeat(20_000),
  'infinity',
  'now()',
  'NaN',
  '1e400',
  '2026-99-99',
  'run:',
  'run:%',
  'a/99999999999999999999',
  'a/-1',
  'a@b@c',
  '00000000-0000-0000-0000-00000000000g',
  '{00000000-0000-0000-0000-000000000000}',
];
const OPERATIONS = () => [
  'query($s: ID!) { dataset(id: $s) { id } }',
  'query($s: String!) { dataset(name: $s) { id } }',
  'query($s: ID!) { datasetVersion(id: $s) { id } }',
  'query($s: ID!) { sample(id: $s, datasetVersion: 2147483647) { id } }',
  'query($s: ID!) { job(id: $s) { id } run(id: $s) { id } }',
  'query($s: String!) { model(name: $s) { id } modelVersion(ref: $s) { id } }',
  'query($s: String!) { runs(filter: { text: $s, tags: [$s] }, orderBy: { by: NAME, direction: ASC }) { totalCount nodes { id } } }',
  'query($s: ID!) { runs(filter: { encoderId: $s }) { totalCount } byDataset: runs(filter: { datasetId: $s }) { totalCount } }',
  'query($s: String!) { jobs(filter: { task: $s }) { totalCount } }',
  'query($s: String!) { a: runs(after: $s) { nodes { id } } }',
  'query($s: String!) { jobs(after: $s) { nodes { id } } }',
  'query($s: String!) { datasets(after: $s) { nodes { id } } }',
  'query($s: String!) { models(after: $s) { nodes { id } } }',
  `query($s: String!) { datasetVersion(id: "${versionId}") { samples(filter: { text: $s, keys: [$s], labels: [$s] }) { totalCount nodes { id } } } }`,
  `query($s: String!) { datasetVersion(id: "${versionId}") { samples(after: $s) { nodes { id } } } }`,
  `query($s: String!) { datasetVersion(id: "${versionId}") { import { rejected(after: $s) { nodes { line } } } } }`,
  'mutation($s: ID!) { revokeToken(id: $s) }',
  'mutation($s: String!) { createToken(name: $s, role: VIEWER) { token { name } } }',
  `mutation($s: String!) { updateRun(id: "${runId}", name: $s) { name } }`,
  `mutation($s: String!) { updateRun(id: "${runId}", notes: $s) { notes } }`,
  `mutation($s: String!) { updateRun(id: "${runId}", tags: [$s]) { tags } }`,
];

test('no string in any argument is a mistake of ours', async () => {
  let asked = 0;
  for (const operation of OPERATIONS()) {
    for (const s of STRINGS) {
      const { status, code, errors } = await api.post(operation, { s });
      const what = `${operation} ${JSON.stringify(s.slice(0, 40))}: ${errors?.[0]?.message}`;
      expect([undefined, 'BAD_USER_INPUT', 'NOT_FOUND'], what).toContain(code);
      expect([200, 400], what).toContain(status);
      asked += 1;
    }
  }
  expect(asked).toBeGreaterThan(700);
  expect(api.logged()).not.toContain('operation failed');
});

test('no number in any argument is a mistake of ours', async () => {
  const numbers = [
    0,
    -0,
    1,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    1.5,
    1e308,
    '1',
    true,
    null,
    [],
    [[1]],
    {},
  ];
  for (const n of numbers) {
    for (const operation of [
      'query($n: Int) { runs(first: $n) { nodes { id } } }',
      `query($n: Int) { datasetVersion(id: "${versionId}") { samples(first: $n) { nodes { thumbnailUrl(size: $n) } } } }`,
      `query($n: Int) { sample(id: "${versionId}", datasetVersion: $n) { id } }`,
    ]) {
      const { code } = await api.post(operation, { n });
      expect([undefined, 'BAD_USER_INPUT'], `${operation} ${n}`).toContain(code);
    }
  }
});

test('1,000 documents put together at random are answered or refused, and the server goes on', async () => {
  const words = OPERATIONS().flatMap((text) => text.match(/\w+|[^\s\w]/g)!);
  words.push(
    '...',
    'on',
    'fragment',
    '@include',
    '@skip',
    '"',
    '"""',
    '#',
    '\\',
    '$',
    '{',
    '}',
    '__schema',
    '__typename',
    'subscription',
    '1e9',
    'null',
  );
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const codes = new Set<string | undefined>();
  for (let i = 0; i < 1000; i++) {
    const text = OPERATIONS()[random(OPERATIONS().length)]!.match(/\w+|[^\s\w]/g)!;
    for (let change = 0; change <= random(4); change++) {
      const word = words[random(words.length)]!;
      text.splice(random(text.length), random(3), ...Array(random(3)).fill(word));
    }
    const { code } = await api.post(text.join(' '), { s: 'x' });
    codes.add(code);
    expect(code, text.join(' ')).not.toBe('INTERNAL');
  }
  expect(codes.size).toBeGreaterThan(3);
  expect((await api.post('{ me { role } }')).data).toEqual({ me: { role: 'ADMIN' } });
}, 120_000);
