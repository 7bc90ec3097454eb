import { statfs } from 'node:fs/promises';
import { diskFull } from '../errors/disk-full.js';

/** What is left free beside what was to be written. */
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
