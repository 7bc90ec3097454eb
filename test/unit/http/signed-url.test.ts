import { expect, test } from 'vitest';
import { SignedUrls } from '../../../src/services/signed-url.js';

const HOUR = 3600_000;
let now = Date.UTC(2026, 0, 1, 12, 34, 56);
const urls = new SignedUrls(Buffer.alloc(32, 1), () => now);

function parts(url: string): [string, string, string] {
  const { pathname, searchParams } = new URL(url, 'http://x');
  return [pathname, searchParams.get('e')!, searchParams.get('s')!];
}

test('a signature holds for hours, and for its own path and expiry alone', () => {
  const [path, expires, signature] = parts(urls.sign('/files/images/a'));
  expect(urls.verify(path, expires, signature)).toBeGreaterThan(6 * 3600 - 1);
  expect(urls.verify('/files/images/b', expires, signature)).toBeNull();
  expect(urls.verify(path, String(Number(expires) + 1), signature)).toBeNull();
  expect(urls.verify(path, `0${expires}`, signature)).not.toBeNull();
  expect(urls.verify(path, expires, signature.toUpperCase())).toBeNull();
  for (const wrong of [undefined, null, '', 'x', [expires], {}, 1, '1e9', '-1', ' 1']) {
    expect(urls.verify(path, wrong, signature)).toBeNull();
    expect(urls.verify(path, expires, wrong)).toBeNull();
  }
});

test('it ends', () => {
  const [path, expires, signature] = parts(urls.sign('/files/images/a'));
  now += 6 * HOUR;
  expect(urls.verify(path, expires, signature)).toBeGreaterThan(0);
  now += HOUR;
  expect(urls.verify(path, expires, signature)).toBeNull();
});

test('URLs of one hour are alike, and another key signs otherwise', () => {
  const first = urls.sign('/files/images/a');
  expect(urls.sign('/files/images/a')).toBe(first);
  const other = new SignedUrls(Buffer.alloc(32, 2), () => now);
  const [path, expires, signature] = parts(first);
  expect(other.verify(path, expires, signature)).toBeNull();
});
