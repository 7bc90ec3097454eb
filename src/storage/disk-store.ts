import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, Sha256 } from './blob-store.js';
import { mapBounded } from './map-bounded.js';
import { parseSha256, sha256Of } from './sha256.js';
import { syncDirectory } from './sync-directory.js';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o400; // a stored file never changes
const TEMPORARY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SYNCS_AT_ONCE = 8; // the file system's journal merges syncs that run together
const STALE_TEMPORARY_MS = 24 * 60 * 60 * 1000; // longer than any job writes one file

/**
 * Files under `<data>/blobs/ab/<sha256>`, made as temporaries in `<data>/tmp` on the same file system.
 *
 * write → sync the file → rename → sync the directory: a name in `blobs` always stands for complete content. Writers of
 * the same content may race, in this process or in others: each renames the same bytes onto the same name. Stored
 * content is not written again, but its time is set to now, so that the orphan sweep's grace begins anew.
 */
export class DiskStore implements BlobStore {
  readonly #blobs: string;
  readonly #temporary: string;

  private constructor(dataDirectory: string) {
    this.#blobs = join(dataDirectory, 'blobs');
    this.#temporary = join(dataDirectory, 'tmp');
  }

  /** Makes what is missing and removes temporaries that no living writer can own. */
  static async open(dataDirectory: string): Promise<DiskStore> {
    const store = new DiskStore(dataDirectory);
    await mkdir(store.#blobs, { recursive: true, mode: DIRECTORY_MODE });
    await mkdir(store.#temporary, { recursive: true, mode: DIRECTORY_MODE });
    await Promise.all(
      prefixes().map((prefix) =>
        mkdir(join(store.#blobs, prefix), { recursive: true, mode: DIRECTORY_MODE }),
      ),
    );
    await syncDirectory(store.#blobs);
    await syncDirectory(dataDirectory);
    await store.removeStaleTemporaries();
    return store;
  }

  async put(bytes: Uint8Array): Promise<Sha256> {
    const [sha256] = await this.putMany([bytes]);
    return sha256!;
  }

  async putMany(items: readonly Uint8Array[]): Promise<Sha256[]> {
    const digests = items.map((bytes) => sha256Of(bytes));
    const unique = new Map(digests.map((sha256, index) => [sha256, items[index]!]));
    await mapBounded([...unique], SYNCS_AT_ONCE, async ([sha256, bytes]) => {
      if (await this.#refresh(sha256, bytes.length)) return;
      const temporary = await this.temporaryPath();
      try {
        await writeSynced(temporary, bytes);
        await rename(temporary, this.path(sha256));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
    // Also where the content was there: another writer may have renamed it and not yet synced the directory.
    const directories = new Set([...unique.keys()].map((sha256) => this.#directory(sha256)));
    await mapBounded([...directories], SYNCS_AT_ONCE, syncDirectory);
    return digests;
  }

  async adopt(temporaryPath: string): Promise<Sha256> {
    const { sha256, bytes } = await hashFile(temporaryPath);
    if (await this.#refresh(sha256, bytes)) {
      await unlink(temporaryPath);
    } else {
      const file = await open(temporaryPath, 'r+');
      try {
        await file.chmod(FILE_MODE);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporaryPath, this.path(sha256));
    }
    await syncDirectory(this.#directory(sha256));
    return sha256;
  }

  async temporaryPath(): Promise<string> {
    return join(this.#temporary, randomUUID());
  }

  async has(sha256: Sha256): Promise<boolean> {
    return (await sizeOf(this.path(sha256))) !== undefined;
  }

  read(sha256: Sha256): Promise<Buffer> {
    return readFile(this.path(sha256));
  }

  path(sha256: Sha256): string {
    return join(this.#directory(sha256), sha256);
  }

  async remove(sha256: Sha256): Promise<number> {
    const path = this.path(sha256);
    const bytes = await sizeOf(path);
    if (bytes === undefined) return 0;
    try {
      await unlink(path);
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
    return bytes;
  }

  /** The stored files whose digest begins with these two digits and that nobody wrote for `olderThanMs`. */
  async listOlder(prefix: string, olderThanMs: number): Promise<Sha256[]> {
    if (!/^[0-9a-f]{2}$/.test(prefix)) {
      throw new RangeError(
        `expected two hexadecimal digits for \`prefix\` but received ${JSON.stringify(prefix)}`,
      );
    }
    const names = await readdir(join(this.#blobs, prefix));
    const digests = names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map(parseSha256);
    const latest = Date.now() - olderThanMs;
    const old = await mapBounded(digests, SYNCS_AT_ONCE, async (sha256) => {
      const modified = await stat(this.path(sha256)).then(
        (found) => found.mtimeMs,
        (error) => {
          if (isMissing(error)) return Number.POSITIVE_INFINITY;
          throw error;
        },
      );
      return modified <= latest;
    });
    return digests.filter((_, index) => old[index]);
  }

  /** Those that no living writer can own. @returns how many */
  async removeStaleTemporaries(): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#temporary)) {
      if (!TEMPORARY.test(name)) continue; // others keep files there too
      const path = join(this.#temporary, name);
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile() || Date.now() - found.mtimeMs < STALE_TEMPORARY_MS) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  #directory(sha256: Sha256): string {
    return join(this.#blobs, parseSha256(sha256).slice(0, 2));
  }

  /** Whether the content is stored; its time becomes now. A file of another size is damaged and does not count. */
  async #refresh(sha256: Sha256, bytes: number): Promise<boolean> {
    const path = this.path(sha256);
    if ((await sizeOf(path)) !== bytes) return false;
    const now = new Date();
    try {
      await utimes(path, now, now);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** The 256 pairs of digits with which a digest can begin. */
export function prefixes(): string[] {
  return Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function hashFile(path: string): Promise<{ sha256: Sha256; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: parseSha256(hash.digest('hex')), bytes };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
