import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeZip, type ZipSource, zipSize } from '../../../src/archives/write-zip.js';
import { openZip } from '../../../src/archives/zip-archive.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-zip-'));
});
afterAll(() => rm(directory, { recursive: true }));

function source(path: string, bytes: Buffer): ZipSource {
  return {
    path,
    size: bytes.length,
    crc32: crc32(bytes),
    async *open() {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
}

async function packed(files: readonly ZipSource[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of writeZip(files)) parts.push(part);
  return Buffer.concat(parts);
}

describe('a written zip', () => {
  it('is as long as said before, and has what went in', async () => {
    const contents = new Map([
      ['empty', Buffer.alloc(0)],
      ['a/größe.txt', Buffer.from('one')],
      ['large', randomBytes(100_000)],
    ]);
    const files = [...contents].map(([path, bytes]) => source(path, bytes));
    const bytes = await packed(files);
    expect(bytes).toHaveLength(zipSize(files));
    expect(await packed(files)).toEqual(bytes);
    const path = join(directory, 'x.zip');
    await writeFile(path, bytes);
    const zip = await openZip(path, { entries: 10, bytes: 1e6 });
    expect([...zip.paths].sort()).toEqual([...contents.keys()].sort());
    for (const [name, expected] of contents) {
      const read: Buffer[] = [];
      for await (const part of zip.stream(name)) read.push(part);
      expect(Buffer.concat(read)).toEqual(expected);
    }
    await zip.close();
  });

  it('is not finished where a file is no longer what it was', async () => {
    const file = { ...source('a', Buffer.from('one')), crc32: crc32('two') };
    await expect(packed([file])).rejects.toThrow('a changed while it was packed');
  });

  it('is refused from 4 GiB on', () => {
    const half = { ...source('a', Buffer.alloc(0)), size: 2 ** 31 };
    expect(zipSize([half])).toBeGreaterThan(2 ** 31);
    expect(() => zipSize([half, half])).toThrow(RangeError);
  });
});
