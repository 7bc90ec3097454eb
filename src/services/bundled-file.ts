import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { ZipSource } from '../archives/write-zip.js';

export type BundledFile = ZipSource & { sha256: string };

/** @param open the same bytes whenever it is called */
export async function streamed(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
): Promise<BundledFile> {
  const hash = createHash('sha256');
  let [size, sum] = [0, 0];
  for await (const bytes of open()) {
    hash.update(bytes);
    size += bytes.length;
    sum = crc32(bytes, sum);
  }
  return { path, size, crc32: sum, sha256: hash.digest('hex'), open };
}

export function onDisk(path: string, from: string): Promise<BundledFile> {
  return streamed(path, () => createReadStream(from));
}

export function inMemory(path: string, content: string | Uint8Array): BundledFile {
  const bytes = Buffer.from(content);
  return {
    path,
    size: bytes.length,
    crc32: crc32(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      yield bytes;
    },
  };
}

export function inJson(path: string, value: unknown): BundledFile {
  return inMemory(path, `${JSON.stringify(value, null, 2)}\n`);
}
