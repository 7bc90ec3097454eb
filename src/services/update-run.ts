import type { Database } from '../db/database.js';
import { changeRun, type RunChanges } from '../db/run-lifecycle.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { checkTags } from './model-name.js';
import { parseId } from './parse-id.js';

/** Changes what people call a run. Left out is unchanged; null clears tags and notes. */
export async function updateRun(
  deps: { db: Database },
  input: {
    id: string;
    name?: string | null;
    tags?: readonly string[] | null;
    notes?: string | null;
  },
): Promise<string> {
  const runId = parseId(input.id, 'run');
  const changes: RunChanges = {};
  if (input.name !== undefined) {
    const name = input.name?.trim() ?? '';
    if (name.length === 0 || name.length > 200) {
      throw badUserInput('expected 1 to 200 characters for `name`');
    }
    changes.name = name;
  }
  if (input.tags !== undefined) changes.tags = checkTags(input.tags ?? []);
  if (input.notes !== undefined) {
    if (input.notes !== null && input.notes.length > 20_000) {
      throw badUserInput('expected at most 20,000 characters for `notes`');
    }
    changes.notes = input.notes;
  }
  if (!(await changeRun(deps.db, runId, changes))) {
    throw new ClipwrightError('NOT_FOUND', 'There is no run with this id.');
  }
  return runId;
}
