import type { Database } from '../db/database.js';
import { setRunsArchived } from '../db/run-lifecycle.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { parseId } from './parse-id.js';

const MOST = 100;

/** Puts runs aside, all or none, or takes them back; nothing else about them changes. @returns their ids */
export async function archiveRuns(
  { db }: { db: Database },
  input: { ids: readonly string[]; archived: boolean },
): Promise<string[]> {
  if (input.ids.length > MOST) {
    throw badUserInput(
      `expected at most ${MOST} entries for \`ids\` but received ${input.ids.length}`,
    );
  }
  const ids = [...new Set(input.ids.map((id) => parseId(id, 'run')))];
  await db.transaction(async (tx) => {
    if ((await setRunsArchived(tx, ids, input.archived)) === ids.length) return;
    throw new ClipwrightError('NOT_FOUND', 'There is no run with one of these ids.');
  });
  return ids;
}
