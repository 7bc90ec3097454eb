import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findImages } from '../db/imports.queries.js';
import type { Sql } from '../db/sql.js';
import { namesIn } from '../storage/names-in.js';
import { thumbnailDirectory } from './thumbnails.js';

const THUMBNAIL = /^[0-9a-f]{64}-\d+\.webp$/;
const AT_ONCE = 500;
/** What is being written has another name for a moment (write-whole.ts). */
const UNFINISHED_MS = 60 * 60 * 1000;

/**
 * Removes the thumbnails of images that are gone: a crash in the middle of a deletion, or one that was just being made, leaves
 * some. Any that is removed too much is made again.
 */
export async function removeStaleThumbnails(deps: {
  db: Sql;
  dataDirectory: string;
}): Promise<void> {
  const directory = thumbnailDirectory(deps.dataDirectory);
  const names = await namesIn(directory);
  const finished = names.filter((name) => THUMBNAIL.test(name));
  for (let from = 0; from < finished.length; from += AT_ONCE) {
    const some = finished.slice(from, from + AT_ONCE);
    const images = await findImages(deps.db, [...new Set(some.map(digestOf))]);
    const known = new Set(images.map(({ sha256 }) => sha256));
    for (const name of some) {
      if (!known.has(digestOf(name))) await rm(join(directory, name), { force: true });
    }
  }
  for (const name of names.filter((each) => !THUMBNAIL.test(each))) {
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > UNFINISHED_MS) {
      await rm(join(directory, name), { force: true });
    }
  }
}

function digestOf(name: string): string {
  return name.slice(0, 64);
}
