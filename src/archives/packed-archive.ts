import { type FileHandle, open, readFile } from 'node:fs/promises';
import { type Archive, ArchiveEntryError } from './archive.js';
import type { PackedFile, PackPaths } from './unpack-tar.js';

const CHUNK_BYTES = 256 * 1024;

/** What `unpackTar` wrote; null where it has not, or not to its end. */
export async function openPacked(paths: PackPaths): Promise<Archive | null> {
  const index = await readFile(paths.index, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (index === null) return null;
  const { files, leftOut } = JSON.parse(index) as {
    files: [string, PackedFile][];
    leftOut: number;
  };
  return new PackedArchive(await open(paths.content), new Map(files), leftOut);
}

class PackedArchive implements Archive {
  readonly paths: readonly string[];

  constructor(
    private readonly file: FileHandle,
    private readonly files: ReadonlyMap<string, PackedFile>,
    readonly leftOut: number,
  ) {
    this.paths = [...files.keys()];
  }

  size(path: string): number {
    return this.#entry(path).bytes;
  }

  async *stream(path: string): AsyncIterable<Buffer> {
    const { offset, bytes } = this.#entry(path);
    for (let at = 0; at < bytes; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes - at));
      const { bytesRead } = await this.file.read(chunk, 0, chunk.length, offset + at);
      if (bytesRead === 0) throw new ArchiveEntryError('the unpacked archive was cut short');
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  #entry(path: string): PackedFile {
    const entry = this.files.get(path);
    if (!entry) throw new ArchiveEntryError('the file is not in the archive');
    return entry;
  }
}
