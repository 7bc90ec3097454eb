import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
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

  it('has files, and files behind them, beyond 4 GiB', async () => {
    const chunk = Buffer.alloc(2 ** 26);
    const size = 2 ** 32 + 2 ** 26;
    const zeros: ZipSource = {
      path: 'zeros',
      size,
      // Of as many zeros, from Python's zlib.
      crc32: 0xc0b9a78,
      async *open() {
        for (let at = 0; at < size; at += chunk.length) yield chunk;
      },
    };
    const files = [source('first', Buffer.from('one')), zeros, source('last', Buffer.from('two'))];
    const path = join(directory, 'large.zip');
    // With holes where the zeros are.
    const file = await open(path, 'w');
    let at = 0;
    for await (const part of writeZip(files)) {
      if (part !== chunk) await file.write(part, 0, part.length, at);
      at += part.length;
    }
    await file.close();
    expect(at).toBe(zipSize(files));
    const zip = await openZip(path, { entries: 10, bytes: 2 ** 34 });
    expect(zip.paths).toEqual(['first', 'zeros', 'last']);
    const read: Buffer[] = [];
    for await (const part of zip.stream('last')) read.push(part);
    expect(Buffer.concat(read).toString()).toBe('two');
    let length = 0;
    for await (const part of zip.stream('zeros')) length += part.length;
    expect(length).toBe(size);
    await zip.close();
  }, 120_000);
});
