import { expect, test } from 'vitest';
import type { OrderColumn } from '../../../src/db/keyset.js';
import { decodeCursor, encodeCursor, pageSize } from '../../../src/resolvers/cursor.js';

const KINDS: OrderColumn['kind'][] = ['time', 'text', 'float', 'int', 'uuid'];
const KEY = ['2026-01-01T00:00:00.123+00:00', 'a', 0.1, 3, '00000000-0000-0000-0000-000000000000'];

test('a cursor gives back what it was made of', () => {
  expect(decodeCursor('runs', KINDS, encodeCursor('runs', KEY))).toEqual(KEY);
  const nulls = KEY.map(() => null);
  expect(decodeCursor('runs', KINDS, encodeCursor('runs', nulls))).toEqual(nulls);
});

test.each([
  ['of another list', encodeCursor('jobs', KEY)],
  ['with a value too few', encodeCursor('runs', KEY.slice(1))],
  ['with a value too many', encodeCursor('runs', [...KEY, 1])],
  ['that is no JSON', Buffer.from('x').toString('base64url')],
  ['that is no list', Buffer.from('{"length":6}').toString('base64url')],
  ['that is empty', ''],
  ['that is long', 'A'.repeat(10_000)],
  ...[
    ['time', 0, 'now()'],
    ['time', 0, '2026-13-01T00:00:00Z'],
    ['time', 0, 'infinity'],
    ['text', 1, 'a\0'],
    ['text', 1, 1],
    ['float', 2, '1'],
    ['int', 3, 1.5],
    ['int', 3, 2 ** 31],
    ['uuid', 4, 'x'],
    ['uuid', 4, { toString: 1 }],
  ].map(([kind, place, value]): [string, string] => [
    `with ${JSON.stringify(value)} as ${kind}`,
    encodeCursor('runs', KEY.map((each, i) => (i === place ? value : each)) as never),
  ]),
])('one %s is refused', (_case, cursor) => {
  expect(() => decodeCursor('runs', KINDS, cursor)).toThrow(/cursor that this list gave/);
});

test('pages hold 50 unless asked, and 200 at most', () => {
  expect([undefined, null, 0, 1, 200].map(pageSize)).toEqual([50, 50, 0, 1, 200]);
  for (const first of [-1, 201, 2 ** 31 - 1]) expect(() => pageSize(first)).toThrow(/0 to 200/);
});
