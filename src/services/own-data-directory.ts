import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from '../db/sql.js';
import { settingOrInsert } from '../db/tokens.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';

const SETTING = 'data-directory';

/**
 * Makes database and data directory each other's, as rows name files: a process with another directory would find none of
 * them. The directory's id is there before the row that names it, so a crash between the two costs nothing.
 * @throws DATABASE_ELSEWHERE
 */
export async function ownDataDirectory(deps: { db: Sql; directory: string }): Promise<void> {
  const path = join(deps.directory, 'directory-id');
  const made = await makeId(path);
  const id = (await readFile(path, 'utf8')).trim();
  const owner = await settingOrInsert(deps.db, SETTING, () => Buffer.from(id, 'hex'));
  if (owner.toString('hex') === id) return;
  if (made) await rm(path, { force: true });
  throw new ClipwrightError(
    'DATABASE_ELSEWHERE',
    `the database belongs to another data directory than ${deps.directory}: set CLIPWRIGHT_DATA to that one, ` +
      'or DATABASE_URL to another database',
  );
}

/** Of processes that start at once one makes it, whole. @returns whether it was this one */
async function makeId(path: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, `${randomBytes(16).toString('hex')}\n`, {
      mode: 0o600,
      flush: true,
    });
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
