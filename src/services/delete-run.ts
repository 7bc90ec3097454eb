import type { Database } from '../db/database.js';
import { hasEnded } from '../db/events.js';
import { experimentOfRun } from '../db/experiment-lifecycle.queries.js';
import { versionOfRun } from '../db/registry.queries.js';
import { deleteRunRow, lockRun } from '../db/run-lifecycle.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { parseId } from './parse-id.js';
import { removeUnreferenced } from './remove-blobs.js';

export interface Deletion {
  id: string;
  freedBytes: number;
}

/** Deletes an ended run that no model version and no experiment uses, with its history and its files. */
export async function deleteRun(
  deps: { db: Database; blobs: BlobStore },
  id: string,
): Promise<Deletion> {
  const runId = parseId(id, 'run');
  const files = await deps.db.transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) throw new ClipwrightError('NOT_FOUND', 'There is no run with this id.');
    if (!hasEnded(run.status)) {
      throw new ClipwrightError('CONFLICT', `The run is ${run.status}: cancel it first.`);
    }
    const used = await versionOfRun(tx, runId);
    if (used) {
      throw new ClipwrightError(
        'CONFLICT',
        `Model version ${used} uses the run: delete that first.`,
      );
    }
    const experiment = await experimentOfRun(tx, runId);
    if (experiment !== undefined) {
      throw new ClipwrightError(
        'CONFLICT',
        `The experiment ${JSON.stringify(experiment)} has the run: delete that first.`,
      );
    }
    return deleteRunRow(tx, runId);
  });
  // Two deterministic runs of one seed share their files: only what no row names is removed.
  return { id, freedBytes: await removeUnreferenced(deps, files as Sha256[]) };
}
