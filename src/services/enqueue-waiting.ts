import { endBatch, lockWaitingBatches, setBatchJob } from '../db/batch-predictions.queries.js';
import { appendRunEvent } from '../db/events.js';
import { endRun, lockWaitingRuns, setRunJob } from '../db/run-lifecycle.queries.js';
import type { Tx } from '../db/sql.js';
import { enqueueJob } from '../jobs/enqueue.js';

/** Enqueues what every run and batch prediction waited for this embedding set to do; part of the transaction that completes it. */
export async function enqueueWaiting(tx: Tx, setId: string): Promise<void> {
  for (const batchId of await lockWaitingBatches(tx, setId)) await enqueueBatch(tx, batchId);
  for (const runId of await lockWaitingRuns(tx, setId)) await enqueueTraining(tx, runId);
}

export async function enqueueTraining(tx: Tx, runId: string): Promise<void> {
  const jobId = await enqueueJob(tx, { task: 'train-run', payload: { runId } });
  await setRunJob(tx, runId, jobId);
}

export async function enqueueBatch(tx: Tx, batchId: string): Promise<void> {
  const jobId = await enqueueJob(tx, { task: 'predict-dataset', payload: { batchId } });
  await setBatchJob(tx, batchId, jobId);
}

/** Fails every run and batch prediction that waited for this embedding set; part of the transaction that ends the embedding. */
export async function failWaiting(
  tx: Tx,
  setId: string,
  error: { code: string; message: string },
): Promise<void> {
  for (const batchId of await lockWaitingBatches(tx, setId)) await endBatch(tx, batchId, error);
  for (const runId of await lockWaitingRuns(tx, setId)) {
    await endRun(tx, runId, error);
    await appendRunEvent(tx, runId, { status: 'FAILED', message: error.message });
  }
}
