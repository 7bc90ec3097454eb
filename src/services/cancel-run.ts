import type { Database } from '../db/database.js';
import { appendRunEvent } from '../db/events.js';
import { endRun, lockRun } from '../db/run-lifecycle.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { parseId } from './parse-id.js';

export interface CancelRunDeps {
  db: Database;
  cancelJob(jobId: string): Promise<unknown>;
}

/** Cancels a run wherever it stands; a run that has ended stays as it is. An embedding that others may use goes on. */
export async function cancelRun(deps: CancelRunDeps, id: string): Promise<string> {
  const runId = parseId(id, 'run');
  const jobId = await deps.db.transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) throw new ClipwrightError('NOT_FOUND', `There is no run ${id}.`);
    if (run.jobId !== null) return run.jobId;
    if (await endRun(tx, runId)) {
      await appendRunEvent(tx, runId, { status: 'CANCELLED' });
    }
    return null;
  });
  // The job's own end carries the run's: train-run's settle writes it in the same transaction.
  if (jobId !== null) await deps.cancelJob(jobId);
  return runId;
}
