import { expect, test } from 'vitest';
import { acceptedEncoding } from '../../../src/http/dashboard/accepted-encoding.js';

test.each([
  ['gzip, deflate, br', 'br'],
  ['GZIP', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['br; q=0.1', 'br'],
  ['identity', undefined],
  ['gzip;q=0', undefined],
  ['brotli', undefined],
  [undefined, undefined],
])('%s takes %s', (header, name) => {
  expect(acceptedEncoding(header, () => true)?.name).toBe(name);
});

test('an encoding that no file exists in is passed over', () => {
  expect(acceptedEncoding('br, gzip', (suffix) => suffix === '.gz')?.name).toBe('gzip');
  expect(acceptedEncoding('br, gzip', () => false)).toBeUndefined();
});
