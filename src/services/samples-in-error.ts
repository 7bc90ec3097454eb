import { runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { parseId } from './parse-id.js';
import { EVALUATED_SPLITS } from './place-of-scores.js';
import { positionMask } from './position-mask.js';
import type { ErrorChoice, ErrorFilter, RunErrors } from './run-errors.js';

export interface SamplesInErrorDeps {
  db: Sql;
  runErrors(runId: string, filter: ErrorFilter): Promise<RunErrors | null>;
}

/**
 * The samples of a version about which a run has decided wrongly, wherever it has scored them, as a mask over positions.
 * @throws NOT_FOUND for a run that is not there or has not succeeded, BAD_USER_INPUT for one of another version
 */
export async function samplesInError(
  { db, runErrors }: SamplesInErrorDeps,
  version: { readonly id: string; readonly sampleCount: number },
  runId: string,
  choice: ErrorChoice,
): Promise<Uint8Array> {
  const id = parseId(runId, 'run');
  const run = await runScores(db, id);
  if (!run) throw new ClipwrightError('NOT_FOUND', 'There is no such run that has SUCCEEDED.');
  if (run.versionId !== version.id) {
    throw badUserInput(
      'expected a run on this dataset version for `errorsOf.runId`, but it is on another one',
    );
  }
  const positions: Int32Array[] = [];
  for (const split of EVALUATED_SPLITS) {
    const found = await runErrors(id, { ...choice, split });
    if (found) positions.push(found.positions);
  }
  return positionMask(version.sampleCount, positions);
}
