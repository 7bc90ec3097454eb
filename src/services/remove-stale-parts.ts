import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../db/database.js';
import { lockEncoder } from '../db/encoder-jobs.queries.js';
import { namesIn } from '../storage/names-in.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 7 * DAY_MS;

/**
 * Removes the parts of downloads that failed or were cancelled and that nobody has taken up again for a week. A new download of
 * that encoder waits meanwhile, and begins anew.
 */
export async function removeStaleParts(
  { db, hubRoot }: { db: Pick<Database, 'transaction'>; hubRoot: string },
  now = Date.now(),
): Promise<void> {
  const partial = path.join(hubRoot, '.partial');
  for (const owner of await namesIn(partial)) {
    for (const name of await namesIn(path.join(partial, owner))) {
      const folder = path.join(partial, owner, name);
      if (now - (await lastWrite(folder)) < KEPT_MS) continue;
      await db.transaction(async (tx) => {
        if (await lockEncoder(tx, `${owner}/${name}`)) return;
        await rm(folder, { recursive: true, force: true });
      });
    }
  }
}

/** Milliseconds since 1970: of the folder or a file in it, the latest. */
async function lastWrite(folder: string): Promise<number> {
  const paths = [folder, ...(await namesIn(folder)).map((name) => path.join(folder, name))];
  const times = paths.map(async (each) => (await stat(each).catch(() => null))?.mtimeMs ?? 0);
  return Math.max(...(await Promise.all(times)));
}
