import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore, Sha256 } from '../../src/storage/blob-store.js';
import { parseSha256, sha256Of } from '../../src/storage/sha256.js';

/** A blob store without a disk, for tests that do not read by path. */
export class MemoryBlobStore implements BlobStore {
  readonly files = new Map<Sha256, Buffer>();

  async put(bytes: Uint8Array): Promise<Sha256> {
    const sha256 = sha256Of(bytes);
    if (!this.files.has(sha256)) this.files.set(sha256, Buffer.from(bytes));
    return sha256;
  }

  putMany(items: readonly Uint8Array[]): Promise<Sha256[]> {
    return Promise.all(items.map((bytes) => this.put(bytes)));
  }

  async adopt(temporaryPath: string): Promise<Sha256> {
    const sha256 = await this.put(await readFile(temporaryPath));
    await rm(temporaryPath);
    return sha256;
  }

  async temporaryPath(): Promise<string> {
    return join(tmpdir(), `clipwright-${randomUUID()}`);
  }

  async has(sha256: Sha256): Promise<boolean> {
    return this.files.has(sha256);
  }

  async read(sha256: Sha256): Promise<Buffer> {
    const bytes = this.files.get(sha256);
    if (!bytes) throw Object.assign(new Error(`no file ${sha256}`), { code: 'ENOENT' });
    return Buffer.from(bytes);
  }

  path(sha256: Sha256): string {
    return join('/memory', parseSha256(sha256));
  }

  async remove(sha256: Sha256): Promise<number> {
    const bytes = this.files.get(sha256)?.length ?? 0;
    this.files.delete(sha256);
    return bytes;
  }
}
