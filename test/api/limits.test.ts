import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, ask, startApi } from './support/api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi({
    services: {
      predict: async (_model, inputs) => ({
        labels: [{ key: '3', name: 'cat' }],
        predictions: inputs.map(({ key }) => ({
          key,
          scores: [{ labelIndex: 0, score: 0.9, threshold: 0.5 }],
          labels: [{ labelIndex: 0, score: 0.9, threshold: 0.5 }],
        })),
      }),
    },
  });
});
afterAll(() => api.stop());

const TRANSPORTS = [
  ['HTTP', (query: string, variables?: Record<string, unknown>) => api.post(query, variables)],
  [
    'WebSocket',
    (query: string, variables?: Record<string, unknown>) => ask(api.socket(), query, variables),
  ],
] as const;

/** `2 × pairs + 2` levels. */
const deep = (pairs: number) =>
  `{ dataset(name: "x") { ${'latestVersion { dataset { '.repeat(pairs)} name ${'} } '.repeat(pairs)} } }`;
const repeat = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const bomb = `query { me { ...f0 } } ${repeat(40, (i) => `fragment f${i} on Viewer { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on Viewer { role }`;
/** Each fragment doubles what the one below costs: 2^10 × 200 runs. */
const exponential = `{ runs(first: 200) { nodes { ...f0 } } }
  ${repeat(10, (i) => `fragment f${i} on Run { a${i}: datasetVersion { id } ...f${i + 1} b${i}: datasetVersion { id } }`)}
  fragment f10 on Run { modelVersions { run { modelVersions { run { id } } } } }`;

describe.each(TRANSPORTS)('over %s', (_name, send) => {
  test.each([
    ['a depth of 14', deep(6), 'BAD_USER_INPUT', /depth/],
    ['31 aliases', `{ ${repeat(31, (i) => `a${i}: __typename`)} }`, 'BAD_USER_INPUT', /aliases/],
    [
      'aliases hidden in fragments',
      `{ ...f } fragment f on Query { ${repeat(31, (i) => `a${i}: __typename`)} }`,
      'BAD_USER_INPUT',
      /aliases/,
    ],
    ['too many tokens', `{ ${repeat(3100, () => 'me')} }`, 'GRAPHQL_PARSE_FAILED', /token/i],
    [
      'too many selections',
      `{ ${repeat(700, () => '__typename')} }`,
      'BAD_USER_INPUT',
      /selections/,
    ],
    [
      'too many directives',
      `{ me { role ${repeat(60, () => '@include(if: true)')} } }`,
      'BAD_USER_INPUT',
      /directives/,
    ],
    [
      'nested pages',
      '{ datasets(first: 100) { nodes { versions(first: 100) { nodes { samples(first: 100) { nodes { id } } } } } } }',
      'BAD_USER_INPUT',
      /cost/,
    ],
    ['exponential fragments', exponential, 'BAD_USER_INPUT', /cost|aliases/],
    [
      'a fragment cycle',
      '{ me { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }',
      'BAD_USER_INPUT',
      /itself/,
    ],
    ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', /nothing/],
    [
      'recursive introspection',
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
      /introspection/i,
    ],
    ['broken syntax', '{ me { role ', 'GRAPHQL_PARSE_FAILED', /Expected/],
    ['an empty document', ' ', 'BAD_USER_INPUT', /query/],
    ['a type definition', 'type Query { a: String }', 'GRAPHQL_VALIDATION_FAILED', /executable/],
    ['NUL in the document', '{ dataset(name: "a\\u0000b") { id } }', 'BAD_USER_INPUT', /NUL/],
  ])('%s is refused before it runs', async (_case, query, code, message) => {
    const before = api.statements.length;
    const answer = await send(query);
    expect(answer.data ?? undefined).toBeUndefined();
    expect(answer.code).toBe(code);
    expect(answer.errors![0].message).toMatch(message);
    const sent = api.statements.slice(before).filter((text) => !/\btokens\b/.test(text));
    expect(sent).toEqual([]);
  });

  test.each([
    [
      'a page given by a variable',
      'query($n: Int) { datasets(first: $n) { nodes { versions(first: $n) { nodes { samples(first: $n) { nodes { id } } } } } } }',
      { n: 100 },
      /cost/,
    ],
    [
      'a variable of another type',
      'query($n: Int) { runs(first: $n) { nodes { id } } }',
      { n: 'x' },
      /Int/,
    ],
    [
      '65 inputs',
      'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key } }',
      { i: Array(65).fill({ text: 'x' }) },
      /64/,
    ],
    [
      'no input',
      'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key } }',
      { i: [] },
      /1 to 64/,
    ],
    [
      'an input with neither',
      'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key } }',
      { i: [{ key: 'x' }] },
      /neither/,
    ],
    ['NUL in a variable', 'query($n: String) { dataset(name: $n) { id } }', { n: 'a\0b' }, /NUL/],
    [
      'prototype keys',
      'query($f: RunFilter) { runs(filter: $f) { nodes { id } } }',
      { f: { constructor: { prototype: 1 } } },
      /constructor|JSON/,
    ],
  ])('%s is refused', async (_case, query, variables, message) => {
    const answer = await send(query, variables);
    expect(answer.code).toBe('BAD_USER_INPUT');
    expect(answer.errors![0].message).toMatch(message);
  });

  test('fragments that spread each other 2^40 times cost nothing', async () => {
    // Looked at one by one they would outlast the test, and us.
    const answer = await send(bomb);
    expect(answer.data).toEqual({ me: { role: 'ADMIN' } });
  });

  test('what a tool asks about the schema is allowed, deep as it is', async () => {
    const answer = await send(getIntrospectionQuery());
    expect(answer.errors).toBeUndefined();
    expect(answer.data.__schema.types.length).toBeGreaterThan(50);
  });

  test('64 predictions are allowed', async () => {
    const answer = await send(
      'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key labels { label { name } score } scores { threshold } } }',
      { i: Array.from({ length: 64 }, (_, i) => ({ key: String(i), text: 'x' })) },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data.predict[63]).toEqual({
      key: '63',
      labels: [{ label: { name: 'cat' }, score: 0.9 }],
      scores: [{ threshold: 0.5 }],
    });
  });
});

describe('over HTTP', () => {
  const predict = 'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key } }';

  test('depth is measured, not guessed', async () => {
    expect((await api.post(deep(5))).code).toBeUndefined();
    expect((await api.post(deep(6))).code).toBe('BAD_USER_INPUT');
  });

  test('an image goes as base64, checked', async () => {
    const send = async (base64: string) =>
      (await api.post(predict, { i: [{ image: { base64 } }] })).code;
    expect(await send(Buffer.from('any bytes').toString('base64'))).toBeUndefined();
    expect(await send(Buffer.from('any bytes').toString('base64url'))).toBeUndefined();
    expect(await send('data:image/png;base64,AAAA')).toBe('BAD_USER_INPUT');
    expect(await send('')).toBe('BAD_USER_INPUT');
    expect(await send('A'.repeat(28 * 1024 * 1024))).toBe('PAYLOAD_TOO_LARGE');
  });

  test('a long document is refused, long variables are not', async () => {
    const long = await api.post(`{ me { role } } # ${'x'.repeat(100_000)}`);
    expect(long.status).toBe(413);
    expect(long.code).toBe('PAYLOAD_TOO_LARGE');
    const answer = await api.post('query($n: String) { dataset(name: $n) { id } }', {
      n: 'x'.repeat(200_000),
    });
    expect(answer.data).toEqual({ dataset: null });
  });

  test('a body over the limit is refused', async () => {
    const response = await api.raw('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"{ me { role } }","x":"${'x'.repeat(33 * 1024 * 1024)}"}`,
    });
    expect(response.status).toBe(413);
  });

  test.each([
    [
      'two million values',
      () =>
        JSON.stringify({
          query:
            'query($k: [String!]) { datasetVersion(id: "x") { samples(filter: { keys: $k }) { totalCount } } }',
          variables: { k: Array(2_000_000).fill('k') },
        }),
    ],
    [
      'deep variables',
      () =>
        `{"query":"{ me { role } }","variables":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ],
    ['a prototype key', () => '{"query":"{ me { role } }","variables":{"__proto__":{"x":1}}}'],
    ['a constructor key', () => '{"query":"{ me { role } }","constructor":{"prototype":{"x":1}}}'],
    ['broken JSON', () => '{"query":'],
    ['a batch', () => '[{"query":"{ me { role } }"}]'],
    ['null', () => 'null'],
    ['a string', () => '"x"'],
    ['variables as a list', () => '{"query":"{ me { role } }","variables":[]}'],
    ['a number as the document', () => '{"query":1}'],
    ['a persisted query', () => '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}'],
  ])('%s is refused', async (_case, body) => {
    const response = await api.raw('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body(),
    });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors[0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect(Object.prototype).not.toHaveProperty('x');
  });

  test('a subscription is sent to the socket', async () => {
    const { code, errors } = await api.post('subscription { runsChanged { id } }');
    expect(code).toBe('BAD_USER_INPUT');
    expect(errors![0].message).toMatch(/WebSocket/);
  });

  test('the operation named is the one that runs', async () => {
    const query = 'query A { me { role } } query B { system { threads } }';
    expect((await api.post(query, {}, { operationName: 'B' })).data).toEqual({
      system: { threads: 2 },
    });
    expect((await api.post(query)).code).toBe('BAD_USER_INPUT');
    expect((await api.post(query, {}, { operationName: 'C' })).code).toBe('BAD_USER_INPUT');
  });
});

describe('over a socket', () => {
  test('base64 is refused, saying where it goes', async () => {
    const answer = await ask(
      api.socket(),
      'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key } }',
      { i: [{ image: { base64: 'AAAA' } }] },
    );
    expect(answer.code).toBe('BAD_USER_INPUT');
    expect(answer.errors![0].message).toMatch(/HTTP/);
  });

  test('a frame over 64 KiB closes it', async () => {
    await expect(
      ask(api.socket(), `{ me { role } } # ${'x'.repeat(70_000)}`),
    ).rejects.toMatchObject({ code: 1009 });
  });
});
