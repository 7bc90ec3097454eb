import { stat } from 'node:fs/promises';
import { blobsWithoutSize, sizedBytes } from '../db/blob-references.queries.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { mapBounded } from '../storage/map-bounded.js';
import { parseSha256 } from '../storage/sha256.js';

const FILES_AT_ONCE = 16;

/** What the database takes and the files that its rows name. A stored file never changes, so each is looked at once. */
export class DiskUsage {
  #sizes = new Map<Sha256, number>();

  constructor(private readonly deps: { db: Sql; blobs: Pick<BlobStore, 'path'> }) {}

  /** Bytes; each file counts once, however many rows name it. */
  async bytes(): Promise<number> {
    const { db } = this.deps;
    const [sized, files] = await Promise.all([sizedBytes(db), blobsWithoutSize(db)]);
    const sizes = await mapBounded(files.map(parseSha256), FILES_AT_ONCE, async (file) => {
      return [file, this.#sizes.get(file) ?? (await this.#sizeOf(file))] as const;
    });
    // Without those that are gone; one that is not there yet, or not any more, is looked for again.
    this.#sizes = new Map(sizes.filter(([, size]) => size > 0));
    return sizes.reduce((sum, [, size]) => sum + size, sized);
  }

  #sizeOf(file: Sha256): Promise<number> {
    return stat(this.deps.blobs.path(file)).then(
      ({ size }) => size,
      () => 0,
    );
  }
}
