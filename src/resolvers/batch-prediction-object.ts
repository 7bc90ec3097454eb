import type { BatchPredictionRow } from '../db/batch-predictions.queries.js';
import type { BatchPrediction } from '../schema/batch-prediction.type.js';

export type BatchRow = BatchPredictionRow;

/** The object with the row that it was made of, for fields with arguments. */
export function batchObject(row: BatchRow): BatchPrediction & { row: BatchRow } {
  const { id, model, splits, status, sampleCount, createdAt, finishedAt } = row;
  const { versionId, setId, jobId } = row;
  return {
    id,
    model,
    thresholds: row.thresholdSet,
    splits,
    status,
    sampleCount,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
    createdAt,
    finishedAt,
    versionId,
    setId,
    jobId,
    row,
  };
}

export function rowOf(batch: BatchPrediction): BatchRow {
  return (batch as BatchPrediction & { row: BatchRow }).row;
}
