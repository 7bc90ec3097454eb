import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from '../../../src/archives/archive.js';
import { archiveFormat } from '../../../src/archives/archive-format.js';
import { Listing } from '../../../src/archives/listing.js';
import { openPacked } from '../../../src/archives/packed-archive.js';
import { unpackTar } from '../../../src/archives/unpack-tar.js';
import { openZip } from '../../../src/archives/zip-archive.js';
import { makeTar, makeZip, type TarEntry, type ZipEntry } from '../../support/archives.js';

const LIMITS = { entries: 100, bytes: 1_000_000 };
let directory: string;
let next = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-archives-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function stored(bytes: Uint8Array): Promise<string> {
  const path = join(directory, String(next++));
  await writeFile(path, bytes);
  return path;
}

async function openTar(bytes: Uint8Array, limits = LIMITS): Promise<Archive> {
  const path = await stored(bytes);
  const to = { content: `${path}.content`, index: `${path}.index` };
  const format = await archiveFormat(path);
  await unpackTar(path, format === 'tar.gz', to, {
    limits,
    temporary: `${path}.part`,
    requireRoom: async () => {},
  });
  return (await openPacked(to))!;
}

async function contents(archive: Archive): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of [...archive.paths].sort()) {
    const chunks: Buffer[] = [];
    for await (const chunk of archive.stream(path)) chunks.push(chunk);
    found[path] = Buffer.concat(chunks).toString();
    expect(archive.size(path)).toBe(Buffer.concat(chunks).length);
  }
  await archive.close();
  return found;
}

/** With the one format or the other: the same content, the same answer. */
const FORMATS: [string, (entries: readonly (ZipEntry & TarEntry)[]) => Promise<Archive>][] = [
  ['zip', async (entries) => openZip(await stored(makeZip(entries)), LIMITS)],
  ['tar', (entries) => openTar(makeTar(entries))],
  ['tar.gz', (entries) => openTar(gzipSync(makeTar(entries)))],
];

describe.each(FORMATS)('a %s', (_format, open) => {
  it('gives its files, without folders, hidden files and what a Mac adds', async () => {
    const archive = await open([
      { name: 'table.csv', content: 'image\n1.jpg\n' },
      { name: './images/1.jpg', content: 'x'.repeat(100_000) },
      { name: 'images\\2.jpg', content: '' },
      { name: `${'long/'.repeat(30)}name.jpg`, content: 'long' },
      { name: '__MACOSX/images/._1.jpg', content: 'mac' },
      { name: 'images/.hidden', content: 'hidden' },
    ]);
    expect(archive.leftOut).toBe(0);
    expect(await contents(archive)).toEqual({
      'table.csv': 'image\n1.jpg\n',
      'images/1.jpg': 'x'.repeat(100_000),
      'images/2.jpg': '',
      [`${'long/'.repeat(30)}name.jpg`]: 'long',
    });
  });

  it.each([
    '../up.jpg',
    'a/../../up.jpg',
    '/etc/passwd',
    '\\\\server\\share',
    'C:\\windows',
    'a/..',
  ])('with the entry %j is refused', async (name) => {
    await expect(open([{ name: 'ok.jpg' }, { name, content: 'x' }])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('leads out of it'),
    });
  });

  it('with one path twice is refused', async () => {
    await expect(open([{ name: 'a/1.jpg' }, { name: 'a//1.jpg' }])).rejects.toThrow(/two files/);
  });

  it('with more entries or bytes than the limits is refused', async () => {
    const many = Array.from({ length: 101 }, (_, i) => ({ name: `${i}.jpg` }));
    await expect(open(many)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const large = [1, 2].map((i) => ({ name: `${i}.jpg`, content: Buffer.alloc(600_000) }));
    await expect(open(large)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('that is cut short is refused, or its files are damaged', async () => {
    const archive = async () => {
      const whole = _format === 'zip' ? makeZip : makeTar;
      const bytes = whole([{ name: '1.jpg', content: Buffer.alloc(50_000, 'abc') }]);
      const packed = _format === 'tar.gz' ? gzipSync(bytes) : bytes;
      const half = packed.subarray(0, Math.floor(packed.length / 2));
      return _format === 'zip' ? openZip(await stored(half), LIMITS) : openTar(half);
    };
    await expect(archive()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('what is held in memory of an archive', () => {
  it('is no more of its paths than the limit, whatever the format', () => {
    const listing = new Listing<number>({ entries: 100, bytes: 100 }, 1000);
    const add = () => {
      for (let i = 0; i < 11; i++) listing.add(`${'a'.repeat(99)}${i}`, i);
    };
    expect(add).toThrow(/at most 1000 characters in the paths/);
    expect(listing.files.size).toBe(10);
  });

  it('is nothing of the names, comments and extra fields of a zip beside the paths', async () => {
    const extra = 60_000;
    const entries = Array.from({ length: 500 }, (_, i) => ({ name: `${i}.jpg`, extra }));
    const path = await stored(makeZip(entries));
    const before = await heldBytes();
    const archive = await openZip(path, { entries: 1000, bytes: 1000 });
    expect((await heldBytes()) - before).toBeLessThan(10_000_000);
    await archive.close();
  });

  it('is nothing of the chunks in which small files come', async () => {
    // Files of one byte, with 32 KB of attributes before each.
    const entries = Array.from({ length: 3000 }, (_, i) => [
      { name: 'g', type: 'g', content: Buffer.alloc(32_000, 'a') },
      { name: `${i}.jpg`, content: 'x' },
    ]).flat();
    const path = await stored(gzipSync(makeTar(entries), { level: 1 }));
    entries.length = 0;
    const to = { content: `${path}.content`, index: `${path}.index` };
    const before = await heldBytes();
    let held = Infinity;
    await unpackTar(path, true, to, {
      limits: { entries: 10_000, bytes: 1_000_000_000 },
      temporary: `${path}.part`,
      requireRoom: async () => {
        held = (await heldBytes()) - before;
      },
    });
    expect(held).toBeLessThan(20_000_000);
  });
});

async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  // Buffers go a turn after what held them.
  await setImmediate();
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('a zip', () => {
  const open = async (entries: readonly ZipEntry[]) =>
    openZip(await stored(makeZip(entries)), LIMITS);

  it('leaves links out and says how many', async () => {
    const archive = await open([
      { name: 'link', content: '/etc/passwd', mode: 0o120777 },
      { name: 'file', content: 'x' },
    ]);
    expect(archive.leftOut).toBe(1);
    expect(await contents(archive)).toEqual({ file: 'x' });
  });

  it.each([
    ['size', { size: 5 }],
    ['checksum', { crc: 1 }],
  ])('whose entry lies about its %s gives that entry as damaged', async (_what, lies) => {
    const archive = await open([{ name: 'file', content: 'longer than said', lies }]);
    await expect(contents(archive)).rejects.toMatchObject({ name: 'ArchiveEntryError' });
  });

  it.each([
    ['encrypted', { encrypted: true }, /password/],
    ['packed by an unknown method', { method: 99 }, /method 99/],
  ])('that is %s is refused', async (_what, lies, message) => {
    await expect(open([{ name: 'file', content: 'x', lies }])).rejects.toThrow(message);
  });
});

describe('a tar', () => {
  it('leaves links and devices out and says how many', async () => {
    const archive = await openTar(
      makeTar([
        { name: 'link', type: '2' },
        { name: 'hard', type: '1' },
        { name: 'device', type: '3' },
        { name: 'folder', type: '5' },
        { name: 'file', content: 'x' },
      ]),
    );
    expect(archive.leftOut).toBe(3);
    expect(await contents(archive)).toEqual({ file: 'x' });
  });

  it('as GNU tar writes it, in its formats, is read', async () => {
    const folder = join(directory, 'gnu');
    const files = { 'table.csv': 'a', [`${'deep/'.repeat(25)}\u00fc.jpg`]: 'b' };
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await symlink('/etc/passwd', join(folder, 'link'));
    for (const format of ['gnu', 'pax', 'ustar']) {
      const tar = execFileSync('tar', [`--format=${format}`, '-cC', folder, '.']);
      const archive = await openTar(tar);
      expect(archive.leftOut).toBe(1);
      expect(await contents(archive)).toEqual(files);
    }
  });

  it('whose attributes claim gigabytes is refused without reading them', async () => {
    const bytes = makeTar([{ name: 'x', type: 'x', size: 4 * 1024 ** 3 }]);
    await expect(openTar(bytes)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('stops being unpacked where the disk has no room', async () => {
    const path = await stored(makeTar([{ name: 'x', content: Buffer.alloc(100) }]));
    const to = { content: `${path}.content`, index: `${path}.index` };
    const requireRoom = async (bytes: number) => {
      throw new Error(`no room for ${bytes} bytes`);
    };
    const unpacked = unpackTar(path, false, to, {
      limits: LIMITS,
      temporary: `${path}.part`,
      requireRoom,
    });
    await expect(unpacked).rejects.toThrow('no room for 100 bytes');
    expect((await readdir(directory)).filter((name) => name.startsWith(basename(path)))).toEqual([
      basename(path),
    ]);
  });

  it('that unpacks to much more than the limit is given up', async () => {
    const bomb = gzipSync(
      Buffer.concat([
        makeTar([{ name: 'x', type: 'S', size: 2 ** 31 }]).subarray(0, 512),
        Buffer.alloc(4_000_000),
      ]),
    );
    await expect(openTar(bomb)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect((await readdir(directory)).filter((name) => name.includes('part'))).toEqual([]);
  });
});
