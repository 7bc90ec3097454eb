import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { syncDirectory } from '../storage/sync-directory.js';

/**
 * Puts a complete folder in the place of another, or of none; all on one file system. A crash leaves the one or the other, or none.
 * @param old free; where the other one then is, for the caller to remove
 */
export async function replaceFolder(from: string, to: string, old: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await rename(to, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(from, to);
  await syncDirectory(path.dirname(to));
}

/** The names in a folder and below it are on the disk for good. */
export async function syncFolders(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(path.join(directory, entry.name));
  }
  await syncDirectory(directory);
}
