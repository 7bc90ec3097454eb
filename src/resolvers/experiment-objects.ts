import type { CellRow, ExperimentRow } from '../db/experiments.queries.js';
import type { Experiment, ExperimentCell } from '../schema/experiment.type.js';
import type { RunConfig } from '../schema/run-config.type.js';

export function experimentObject(row: ExperimentRow): Experiment {
  const progress = (row.numSucceeded + row.numFailed) / Math.max(1, row.numRuns);
  return { ...row, progress };
}

export function cellObject({ experimentId, cell, config }: CellRow): ExperimentCell {
  return { experimentId, number: cell, config: config as unknown as RunConfig };
}
