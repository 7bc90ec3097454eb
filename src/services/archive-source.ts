import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { type Archive, ArchiveEntryError, type ArchiveLimits } from '../archives/archive.js';
import { archiveFormat } from '../archives/archive-format.js';
import { openPacked } from '../archives/packed-archive.js';
import { unpackTar } from '../archives/unpack-tar.js';
import { openZip } from '../archives/zip-archive.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { orDiskFull } from '../errors/disk-full.js';
import { freeBytes, requireRoom } from './disk-room.js';
import { type ImportSource, SourceFileError } from './import-source.js';

/**
 * Opens an uploaded archive. A zip is read in place; a tar is unpacked beside it at first.
 * @param path of the upload; names derived of it are ours too
 * @throws BAD_USER_INPUT, DISK_FULL
 */
export async function openArchiveSource(
  path: string,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<ArchiveSource> {
  const format = await archiveFormat(path);
  if (format === null) {
    throw badUserInput(
      'expected a zip, a tar or a tar.gz for `source.uploadId` but received another file',
    );
  }
  if (format === 'zip') return new ArchiveSource(await openZip(path, limits, signal));
  const paths = { content: `${path}.content`, index: `${path}.index` };
  let archive = await openPacked(paths);
  if (!archive) {
    const options = {
      limits,
      temporary: `${path}.${randomUUID()}`,
      // A gzip does not say beforehand what comes out of it, and the database needs room on the disk too.
      requireRoom: (bytes: number) => requireRoom(freeBytes, dirname(path), bytes),
      ...(signal && { signal }),
    };
    await unpackTar(path, format === 'tar.gz', paths, options).catch((error: unknown) => {
      throw orDiskFull(error);
    });
    archive = await openPacked(paths);
  }
  return new ArchiveSource(archive!);
}

/** An archive as the source of an import. */
export class ArchiveSource implements ImportSource {
  constructor(private readonly archive: Archive) {}

  get paths(): readonly string[] {
    return this.archive.paths;
  }

  get leftOut(): number {
    return this.archive.leftOut;
  }

  async *stream(path: string): AsyncIterable<Buffer> {
    try {
      yield* this.archive.stream(path);
    } catch (error) {
      throw toSourceError(error);
    }
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    try {
      const size = this.archive.size(path);
      if (size > maxBytes) {
        throw new SourceFileError(`the file has ${size} bytes, more than the ${maxBytes} allowed`);
      }
      const chunks: Buffer[] = [];
      for await (const chunk of this.archive.stream(path)) chunks.push(chunk);
      return Buffer.concat(chunks);
    } catch (error) {
      throw toSourceError(error);
    }
  }

  close(): Promise<void> {
    return this.archive.close();
  }
}

function toSourceError(error: unknown): unknown {
  return error instanceof ArchiveEntryError ? new SourceFileError(error.message) : error;
}
