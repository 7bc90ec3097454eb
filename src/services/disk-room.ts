import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull } from '../errors/disk-full.js';
import type { BlobStore } from '../storage/blob-store.js';

/**
 * What is left free beside what was to be written: PostgreSQL needs room of its own, to delete too. On a disk that is full
 * to the last byte nothing could be deleted to make room.
 */
const SPARE_BYTES = 64 * 1024 * 1024;

/** Bytes that may still be written in a folder. */
export type FreeBytes = (directory: string) => Promise<number>;

export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** @throws DISK_FULL where as much does not fit into the folder with something to spare */
export async function requireRoom(free: FreeBytes, directory: string, bytes: number) {
  const missing = bytes + SPARE_BYTES - (await free(directory));
  if (bytes > 0 && missing > 0) throw diskFull(missing);
}

/** The same where blobs are written. @param deps.freeBytes left out: what the disk says */
export async function requireBlobRoom(
  deps: { blobs: BlobStore; freeBytes?: FreeBytes },
  bytes: number,
): Promise<void> {
  const directory = dirname(await deps.blobs.temporaryPath());
  await requireRoom(deps.freeBytes ?? freeBytes, directory, bytes);
}
