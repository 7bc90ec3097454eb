import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { DocumentCache } from '../../../src/http/document-cache.js';

/** Five tokens: { a } and the two ends. */
const small = () => parse('{ a }');

test('what was used last stays, as much as fits', () => {
  const { tokenCount } = small() as { tokenCount: number };
  const cache = new DocumentCache(3 * tokenCount);
  for (const key of ['a', 'b', 'c']) cache.set(key, small());
  cache.get('a');
  cache.set('d', small());
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  cache.set('a', small());
  expect(cache.size).toBe(3);
});

test('a document over the bound is kept until the next one', () => {
  const cache = new DocumentCache(4);
  cache.set('a', small());
  cache.set('large', parse(`{ ${'b '.repeat(100)} }`));
  expect(cache.get('large')).toBeDefined();
  expect(cache.size).toBe(1);
  cache.set('c', small());
  expect(cache.get('large')).toBeUndefined();
});
