import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { badUserInput } from '../errors/bad-user-input.js';
import type { ArchiveLimits } from './archive.js';
import { Listing, tooMuch } from './listing.js';
import { readTar } from './read-tar.js';

const WRITE_BYTES = 4 * 1024 * 1024;

/** Where a file of the archive lies in the pack, in bytes. */
export interface PackedFile {
  readonly offset: number;
  readonly bytes: number;
}

/** The two files that a tar is unpacked to. */
export interface PackPaths {
  /** all contents, one after the other */
  readonly content: string;
  /** JSON of `{ files: [path, PackedFile][], leftOut }`; complete where it is there */
  readonly index: string;
}

export interface UnpackOptions {
  limits: ArchiveLimits;
  /** what is written is called so until it is whole */
  temporary: string;
  /** @throws where so many bytes more must not be written */
  requireRoom(bytes: number): Promise<void>;
  signal?: AbortSignal;
}

/**
 * Unpacks a tar, which can only be read from its beginning, into one file of contents and an index: no name of the archive
 * becomes one of the file system. Whoever does so at the same time writes the same.
 * @throws BAD_USER_INPUT, DISK_FULL
 */
export async function unpackTar(
  path: string,
  isGzip: boolean,
  to: PackPaths,
  options: UnpackOptions,
): Promise<void> {
  const listing = new Listing<PackedFile>(options.limits);
  const part = `${options.temporary}.content`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await writeContents(file, tarChunks(path, isGzip, options.limits), listing, options);
      await file.sync();
    } finally {
      await file.close();
    }
    const index = { files: [...listing.files], leftOut: listing.leftOut };
    await writeFile(`${options.temporary}.index`, JSON.stringify(index), {
      mode: 0o600,
      flush: true,
    });
    await rename(part, to.content);
    await rename(`${options.temporary}.index`, to.index);
  } finally {
    await Promise.all(
      [part, `${options.temporary}.index`].map((each) => rm(each, { force: true })),
    );
  }
}

async function writeContents(
  file: FileHandle,
  chunks: AsyncIterable<Buffer>,
  listing: Listing<PackedFile>,
  { requireRoom, signal }: UnpackOptions,
): Promise<void> {
  let offset = 0;
  let keeps = false;
  // Copied here: what is kept of a chunk, were it one byte, would keep the whole of it.
  const waiting = Buffer.allocUnsafe(WRITE_BYTES);
  let waits = 0;
  const flush = async () => {
    await requireRoom(waits);
    await file.appendFile(waiting.subarray(0, waits));
    waits = 0;
  };
  for await (const part of readTar(chunks)) {
    signal?.throwIfAborted();
    if (part.kind === 'entry') {
      listing.count(part.bytes);
      keeps = false;
      if (part.type === '0') {
        keeps = listing.add(part.name, { offset, bytes: part.bytes });
        if (keeps) offset += part.bytes;
      } else if (part.type !== '5') listing.leftOut++;
    } else if (keeps) {
      if (waits + part.content.length > WRITE_BYTES) await flush();
      waits += part.content.copy(waiting, waits);
    }
  }
  await flush();
}

/** Bytes of a header and of the attributes before it. */
const ENTRY_BYTES = 4096;

/** The tar itself, unpacked by gzip where it has to be, up to what the limits allow. */
async function* tarChunks(
  path: string,
  isGzip: boolean,
  limits: ArchiveLimits,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let left = limits.bytes + limits.entries * ENTRY_BYTES;
  try {
    for await (const chunk of isGzip ? pipeline(file, gunzip, () => {}) : file) {
      left -= (chunk as Buffer).length;
      if (left < 0) throw tooMuch(limits);
      yield chunk as Buffer;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    throw badUserInput('The gzip is damaged or ends early: pack and upload it again.');
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
