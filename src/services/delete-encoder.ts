import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../db/database.js';
import { lockEncoder, type OpenEncoderJob } from '../db/encoder-jobs.queries.js';
import { type EncoderUse, encoderUse } from '../db/encoder-use.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { namesIn } from '../storage/names-in.js';
import { syncDirectory } from '../storage/sync-directory.js';
import type { Deletion } from './delete-run.js';
import { type EncoderFolder, type EncoderRoots, listEncoderFolders } from './encoder-folders.js';

/** Below a root of encoders, where its folders are not looked for: what nobody uses any more. */
const DELETED = '.deleted';
/** No deletion takes as long. */
const HOUR_MS = 60 * 60 * 1000;

export interface DeleteEncoderDeps {
  db: Pick<Database, 'transaction'>;
  roots: EncoderRoots;
}

/**
 * Deletes an encoder's folder in the data directory, with what had come of a download; where files in it are links, what they
 * lead to stays. One rename takes the encoder away: whatever a crash leaves of it then is no encoder any more, and goes with
 * `removeDeletedEncoders`.
 * @throws NOT_FOUND; CONFLICT for one that comes with the program, or is in use
 */
export async function deleteEncoder(deps: DeleteEncoderDeps, id: string): Promise<Deletion> {
  const { roots } = deps;
  const folder = (await listEncoderFolders(roots)).find((each) => each.id === id);
  if (!folder) throw notFound();
  if (folder.isBuiltIn) {
    throw new ClipwrightError('CONFLICT', `The encoder ${id} comes with the program and stays.`);
  }
  // Under the lock nobody adds or downloads it anew, so that what is taken away is what was looked at, and nobody begins anything
  // with it.
  const aside = await deps.db.transaction(async (tx) => {
    const open = await lockEncoder(tx, id);
    if (open) {
      throw new ClipwrightError(
        'CONFLICT',
        `The ${made(id, open)} is under way, by job ${open.id}: wait for its end or cancel it first.`,
      );
    }
    const uses = await encoderUse(tx, id);
    if (uses.length > 0) {
      throw new ClipwrightError(
        'CONFLICT',
        `The encoder ${id} is used by ${uses.map(written).join(', ')}. Wait for what is under way or cancel it, and delete the others first.`,
      );
    }
    return putAside(roots, folder);
  });
  const freedBytes = await bytesIn(aside);
  await rm(aside, { recursive: true, force: true });
  return { id, freedBytes };
}

/** What deletions left that were killed, after an hour: those under way are not disturbed. */
export async function removeDeletedEncoders(roots: EncoderRoots, now = Date.now()): Promise<void> {
  for (const root of [roots.local, roots.hub]) {
    for (const name of await namesIn(path.join(root, DELETED))) {
      const aside = path.join(root, DELETED, name);
      const found = await lstat(aside).catch(() => null);
      if (!found || now - found.mtimeMs < HOUR_MS) continue;
      await rm(aside, { recursive: true, force: true });
    }
  }
}

async function putAside(roots: EncoderRoots, { id, directory }: EncoderFolder): Promise<string> {
  const isLocal = path.dirname(directory) === roots.local;
  const aside = path.join(isLocal ? roots.local : roots.hub, DELETED, randomUUID());
  await mkdir(aside, { recursive: true, mode: 0o700 });
  if (!(await moved(directory, path.join(aside, 'encoder')))) throw notFound();
  await syncDirectory(path.dirname(directory));
  if (!isLocal) await moved(path.join(roots.hub, '.partial', id), path.join(aside, 'parts'));
  return aside;
}

/** @returns false where there was nothing */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Of files, not of what links lead to. */
async function bytesIn(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(child);
    else if (entry.isFile()) bytes += (await lstat(child)).size;
  }
  return bytes;
}

function written({ what, count, names }: EncoderUse): string {
  const more = count > names.length ? '; …' : '';
  return `${count} ${what}${count === 1 ? '' : 's'} (${names.join('; ')}${more})`;
}

function made(id: string, { directory, precision }: OpenEncoderJob): string {
  return directory === null
    ? `download of ${id} in ${precision}`
    : `addition of ${id} from ${directory}`;
}

function notFound(): ClipwrightError {
  return new ClipwrightError(
    'NOT_FOUND',
    'There is no encoder with this id in the data directory.',
  );
}
