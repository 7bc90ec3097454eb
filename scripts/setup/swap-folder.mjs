import { renameSync, rmSync, statSync } from 'node:fs';

/** Puts `next` in the place of `folder`: a program that starts meanwhile finds the old files or the new ones, not some of both. */
export function swapFolder(folder, next) {
  const old = `${folder}.old`;
  rmSync(old, { recursive: true, force: true });
  if (statSync(folder, { throwIfNoEntry: false })) renameSync(folder, old);
  renameSync(next, folder);
  rmSync(old, { recursive: true, force: true });
}
