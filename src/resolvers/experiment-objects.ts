import type { CellRow, ExperimentRow } from '../db/experiments.queries.js';
import type { Experiment, ExperimentCell } from '../schema/experiment.type.js';
import type { ExperimentSearch } from '../schema/experiment-search.type.js';
import type { RunConfig } from '../schema/run-config.type.js';

export function experimentObject(row: ExperimentRow): Experiment {
  const progress = (row.numSucceeded + row.numFailed) / Math.max(1, row.numRuns);
  const search = { ...NO_SEARCH, ...(row.search as Partial<ExperimentSearch> | null) };
  return { ...row, progress, search };
}

const NO_SEARCH: ExperimentSearch = {
  kind: 'GRID',
  cells: null,
  seed: null,
  ranges: [],
  reduction: null,
  minEpochs: null,
  maxEpochs: null,
  budgetRuns: null,
  budgetEpochs: null,
};

export function cellObject({ cell, config, ...row }: CellRow): ExperimentCell {
  return { ...row, number: cell, config: config as unknown as RunConfig };
}
