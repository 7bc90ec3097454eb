import { ClipwrightError } from '../errors/clipwright-error.js';
import { type Migration, requireKnown } from './migrate.js';
import type { Sql } from './sql.js';

/** How long an older version may go on beside the newer one that has migrated its database. */
const EVERY_MS = 2000;

/**
 * Looks whether a newer version has migrated the database under this process, which would read and write it wrongly from then on.
 * @param known what this process was started with: its files may have been replaced since
 * @param onTooNew called once, with DATABASE_TOO_NEW
 */
export function watchSchema(
  sql: Sql,
  known: readonly Migration[],
  onTooNew: (error: ClipwrightError) => void,
): { stop(): void } {
  const timer = setInterval(() => {
    requireKnown(sql, known).catch((error: unknown) => {
      // A database that does not answer is asked again.
      if (!(error instanceof ClipwrightError) || error.code !== 'DATABASE_TOO_NEW' || stopped)
        return;
      stop();
      onTooNew(error);
    });
  }, EVERY_MS);
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  return { stop };
}
