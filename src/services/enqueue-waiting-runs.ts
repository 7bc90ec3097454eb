import { appendRunEvent } from '../db/events.js';
import { endRun, lockWaitingRuns, setRunJob } from '../db/run-lifecycle.queries.js';
import type { Tx } from '../db/sql.js';
import { enqueueJob } from '../jobs/enqueue.js';

/** Enqueues the training of every run that waited for this embedding set; part of the transaction that completes it. */
export async function enqueueWaitingRuns(tx: Tx, setId: string): Promise<void> {
  for (const runId of await lockWaitingRuns(tx, setId)) await enqueueTraining(tx, runId);
}

export async function enqueueTraining(tx: Tx, runId: string): Promise<void> {
  const jobId = await enqueueJob(tx, { task: 'train-run', payload: { runId } });
  await setRunJob(tx, runId, jobId);
}

/** Fails every run that waited for this embedding set; part of the transaction that ends the embedding. */
export async function failWaitingRuns(
  tx: Tx,
  setId: string,
  error: { code: string; message: string },
): Promise<void> {
  for (const runId of await lockWaitingRuns(tx, setId)) {
    await endRun(tx, runId, error);
    await appendRunEvent(tx, runId, { status: 'FAILED', message: error.message });
  }
}
