import type { RunEpochRow, RunRow, StoredMetrics } from '../db/runs.queries.js';
import type { EpochMetrics } from '../schema/epoch-metrics.type.js';
import type { EvalMetrics } from '../schema/eval-metrics.type.js';
import type { Run } from '../schema/run.type.js';
import type { RunConfig } from '../schema/run-config.type.js';

export function metricsObject(stored: StoredMetrics | null, versionId: string): EvalMetrics | null {
  if (!stored) return null;
  const { undefinedLabels, ...values } = stored;
  return { ...values, undefinedIndices: undefinedLabels, versionId };
}

export function runObject(row: RunRow): Run {
  return {
    ...row,
    config: row.config as unknown as RunConfig,
    epochs: row.config.epochs,
    best: metricsObject(row.best, row.versionId),
    final: metricsObject(row.final, row.versionId),
  };
}

export function epochObject(row: RunEpochRow, versionId: string): EpochMetrics {
  return { ...row, validation: metricsObject(row.validation, versionId) };
}
