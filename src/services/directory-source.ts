import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readAt } from '../ml/data/read-at.js';
import type { ImportDirectory } from './import-directory.js';
import { type ImportSource, SourceFileError, whyUnreadable } from './import-source.js';

const CHUNK_BYTES = 256 * 1024;

/** What a walk through a folder found. */
export class DirectorySource implements ImportSource {
  readonly #listed: Set<string>;

  constructor(
    readonly where: ImportDirectory,
    readonly paths: readonly string[],
    readonly linked: ReadonlyMap<string, string>,
    readonly leftOut = 0,
  ) {
    this.#listed = new Set(paths);
  }

  async *stream(path: string): AsyncIterable<Buffer> {
    const file = await this.#open(path);
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
        if (bytesRead === 0) return;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    const file = await this.#open(path);
    try {
      const { size } = await file.stat();
      if (size > maxBytes) {
        throw new SourceFileError(`the file has ${size} bytes, more than the ${maxBytes} allowed`);
      }
      const bytes = Buffer.allocUnsafeSlow(size);
      return bytes.subarray(0, await readAt(file, bytes, 0));
    } finally {
      await file.close();
    }
  }

  /** Files are opened one by one. */
  async close(): Promise<void> {}

  /**
   * Opens what the listing meant. The folder may have changed since: the last name must not have become a link
   * (O_NOFOLLOW), no name before it either (the real path is the one expected), and it is an ordinary file (a named
   * pipe must not hang the open, hence O_NONBLOCK).
   */
  async #open(path: string): Promise<FileHandle> {
    if (!this.#listed.has(path)) throw new SourceFileError('the file is not in the source');
    const expected = this.linked.get(path) ?? join(this.where.directory, path);
    let file: FileHandle;
    try {
      file = await open(
        expected,
        constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0),
      );
    } catch (error) {
      throw new SourceFileError(whyUnreadable(error));
    }
    try {
      const [opened, real] = await Promise.all([file.stat(), realpath(expected)]);
      if (!opened.isFile()) throw new SourceFileError('it is not an ordinary file');
      const there = await stat(real);
      if (real !== expected || there.ino !== opened.ino || there.dev !== opened.dev) {
        throw new SourceFileError('the file was replaced while it was imported');
      }
      return file;
    } catch (error) {
      await file.close();
      throw error instanceof SourceFileError ? error : new SourceFileError(whyUnreadable(error));
    }
  }
}
