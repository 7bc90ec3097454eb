import { lockBlobsForRemoval, tryLockBlobsForRemoval } from '../db/blob-lock.js';
import { deleteUnusedImages, referencedBlobs } from '../db/blob-references.queries.js';
import type { Database } from '../db/database.js';
import type { Tx } from '../db/sql.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { prefixes } from '../storage/disk-store.js';

/** Files younger than this may belong to a transaction that has not begun yet. */
const ORPHAN_GRACE_MS = 60 * 60 * 1000;

const FILES_AT_ONCE = 500;

export interface RemoveBlobsDeps {
  db: Database;
  blobs: BlobStore;
}

/**
 * Removes those of the files that no row names (any more). Call it after the transaction that deleted their rows has
 * committed: it looks again, while nobody can be between a file and its row.
 * @returns bytes freed
 */
export async function removeUnreferenced(
  deps: RemoveBlobsDeps,
  files: readonly Sha256[],
): Promise<number> {
  let freedBytes = 0;
  for (let from = 0; from < files.length; from += FILES_AT_ONCE) {
    freedBytes += await deps.db.transaction(async (tx) => {
      await lockBlobsForRemoval(tx);
      return removeOrphans(tx, deps.blobs, files.slice(from, from + FILES_AT_ONCE));
    });
  }
  return freedBytes;
}

/** A blob store that can be searched for orphans; DiskStore is one. */
export interface SearchableBlobStore extends BlobStore {
  listOlder(prefix: string, olderThanMs: number): Promise<Sha256[]>;
  removeStaleTemporaries(): Promise<number>;
}

export interface Sweep {
  /** rows of images that nothing used */
  images: number;
  freedBytes: number;
  /** stretches left for the next time, as somebody was writing */
  skipped: number;
}

/**
 * Removes what crashes and failed imports leave behind: files that were not written to their end, images that nothing uses,
 * and files that no row names, once they are older than the grace. Holds the lock for a 256th of the store at a time, and never waits for it.
 */
export async function sweepOrphans(
  deps: { db: Database; blobs: SearchableBlobStore },
  options: { graceMs?: number; signal?: AbortSignal } = {},
): Promise<Sweep> {
  const { graceMs = ORPHAN_GRACE_MS, signal } = options;
  const sweep: Sweep = { images: 0, freedBytes: 0, skipped: 0 };
  await deps.blobs.removeStaleTemporaries();
  await whileNobodyWrites(deps.db, sweep, async (tx) => {
    sweep.images = (await deleteUnusedImages(tx, graceMs / 1000)).length;
  });
  for (const prefix of prefixes()) {
    signal?.throwIfAborted();
    const old = await deps.blobs.listOlder(prefix, graceMs);
    if (old.length === 0) continue;
    const referenced = await referencedBlobs(deps.db, old);
    if (old.every((sha256) => referenced.has(sha256))) continue;
    await whileNobodyWrites(deps.db, sweep, async (tx) => {
      // Again under the lock: a writer may have begun the grace of a file anew, or written its row.
      const still = await deps.blobs.listOlder(prefix, graceMs);
      sweep.freedBytes += await removeOrphans(tx, deps.blobs, still);
    });
  }
  return sweep;
}

async function whileNobodyWrites(
  db: Database,
  sweep: Sweep,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (await tryLockBlobsForRemoval(tx)) await work(tx);
    else sweep.skipped++;
  });
}

async function removeOrphans(tx: Tx, blobs: BlobStore, files: readonly Sha256[]): Promise<number> {
  const referenced = await referencedBlobs(tx, files);
  let freedBytes = 0;
  for (const sha256 of files) {
    if (!referenced.has(sha256)) freedBytes += await blobs.remove(sha256);
  }
  return freedBytes;
}
