import {
  type BatchPredictionRow,
  deleteBatchRow,
  endBatch,
  lockBatchPrediction,
} from '../db/batch-predictions.queries.js';
import type { Database } from '../db/database.js';
import { hasEnded } from '../db/events.js';
import type { Tx } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import type { Deletion } from './delete-run.js';
import { parseId } from './parse-id.js';
import { removeUnreferenced } from './remove-blobs.js';

/** Wherever it stands; one that has ended stays as it is. An embedding that others may use goes on. @returns its id */
export async function cancelBatchPrediction(
  deps: { db: Database; cancelJob(jobId: string): Promise<unknown> },
  id: string,
): Promise<string> {
  const batchId = parseId(id, 'batch prediction');
  const jobId = await deps.db.transaction(async (tx) => {
    const batch = await lockBatch(tx, batchId);
    if (batch.jobId === null) await endBatch(tx, batchId);
    return batch.jobId;
  });
  // The job's own end carries the batch's.
  if (jobId !== null) await deps.cancelJob(jobId);
  return batchId;
}

/** @throws NOT_FOUND; CONFLICT until it has ended */
export async function deleteBatchPrediction(
  deps: { db: Database; blobs: BlobStore },
  id: string,
): Promise<Deletion> {
  const batchId = parseId(id, 'batch prediction');
  const files = await deps.db.transaction(async (tx) => {
    const { status } = await lockBatch(tx, batchId);
    if (!hasEnded(status)) {
      throw new ClipwrightError('CONFLICT', `The batch prediction is ${status}: cancel it first.`);
    }
    return deleteBatchRow(tx, batchId);
  });
  return { id: batchId, freedBytes: await removeUnreferenced(deps, files as Sha256[]) };
}

async function lockBatch(tx: Tx, id: string): Promise<BatchPredictionRow> {
  const batch = await lockBatchPrediction(tx, id);
  if (batch) return batch;
  throw new ClipwrightError('NOT_FOUND', 'There is no batch prediction with this id.');
}
