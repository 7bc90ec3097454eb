import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { DiskStore, prefixes } from '../../../src/storage/disk-store.js';
import { mapBounded } from '../../../src/storage/map-bounded.js';
import { parseSha256, sha256Of } from '../../../src/storage/sha256.js';

let directory: string;
let store: DiskStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-blobs-'));
  store = await DiskStore.open(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const hour = 60 * 60 * 1000;
const ago = (ms: number) => new Date(Date.now() - ms);

describe('disk store', () => {
  it('names files by digest below two digits of it, readable by the owner alone', async () => {
    const sha256 = await store.put(Buffer.from('x'));
    expect(store.path(sha256)).toBe(join(directory, 'blobs', sha256.slice(0, 2), sha256));
    expect((await stat(store.path(sha256))).mode & 0o777).toBe(0o400);
    expect((await stat(join(directory, 'blobs', sha256.slice(0, 2)))).mode & 0o777).toBe(0o700);
  });

  it('leaves no temporary behind, whether the content was new or not', async () => {
    await Promise.all(Array.from({ length: 10 }, () => store.put(Buffer.from('same'))));
    await store.putMany([Buffer.from('a'), Buffer.from('b')]);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('does not write stored content again, but begins its grace anew', async () => {
    const sha256 = await store.put(Buffer.from('old'));
    await utimes(store.path(sha256), ago(2 * hour), ago(2 * hour));
    const before = await stat(store.path(sha256));
    expect(await store.listOlder(sha256.slice(0, 2), hour)).toEqual([sha256]);
    await store.put(Buffer.from('old'));
    expect((await stat(store.path(sha256))).ino).toBe(before.ino);
    expect(await store.listOlder(sha256.slice(0, 2), hour)).toEqual([]);
  });

  it('writes anew what has another size than its content', async () => {
    const sha256 = sha256Of('whole');
    await writeFile(store.path(sha256), 'who');
    await store.put(Buffer.from('whole'));
    expect((await store.read(sha256)).toString()).toBe('whole');
  });

  it('removes temporaries that no living writer can own, when it opens', async () => {
    const [stale, young] = [await store.temporaryPath(), await store.temporaryPath()];
    await writeFile(stale, 'x');
    await writeFile(young, 'x');
    await utimes(stale, ago(48 * hour), ago(48 * hour));
    await DiskStore.open(directory);
    expect(await readdir(join(directory, 'tmp'))).toEqual([young.split('/').at(-1)]);
  });

  it('lists nothing that it did not name itself', async () => {
    await writeFile(join(directory, 'blobs', 'aa', 'notes.txt'), 'x');
    expect(await store.listOlder('aa', -1)).toEqual([]);
    await expect(store.listOlder('..', 0)).rejects.toThrow(RangeError);
    expect(prefixes()).toHaveLength(256);
  });

  it('fails a batch as a whole when one file cannot be written, and keeps what it wrote', async () => {
    const items = Array.from({ length: 20 }, () => randomBytes(100));
    await rm(join(directory, 'blobs', sha256Of(items[7]!).slice(0, 2)), { recursive: true });
    await expect(store.putMany(items)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
    await DiskStore.open(directory);
    await store.putMany(items);
    for (const item of items) expect(await store.read(sha256Of(item))).toEqual(item);
  });

  it('is unmoved by names made to leave its folder', () => {
    for (let trial = 0; trial < 10_000; trial++) {
      const name = hostileName(trial);
      expect(() => store.path(name as Sha256), name).toThrow(RangeError);
      expect(() => parseSha256(name), name).toThrow(RangeError);
    }
  });
});

describe('mapBounded', () => {
  it('keeps order and never has more under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 2, 3, 0], 2, async (ms) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, ms));
      underWay--;
      return ms * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6, 0]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure and waits for what is under way', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = mapBounded([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 0) throw new Error('first');
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended++;
    });
    await expect(work).rejects.toThrow('first');
    expect(begun).toEqual([0, 1]);
    expect(ended).toBe(1);
  });
});

function hostileName(trial: number): string {
  const parts = [
    '..',
    '.',
    '/',
    '\\',
    '%2e%2e',
    '%2f',
    '\0',
    '#',
    '?',
    'file:',
    'C:',
    '~',
    'con',
    '\u2025',
  ];
  const digest = sha256Of(String(trial));
  const at = trial % 64;
  const part = parts[trial % parts.length]!;
  return trial % 2 === 0
    ? `${digest.slice(0, at)}${part}${digest.slice(at + part.length)}`
    : `${part}${digest}`;
}
