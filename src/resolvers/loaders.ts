import DataLoader from 'dataloader';
import {
  type DatasetRow,
  type DatasetVersionRow,
  datasetsByIds,
  datasetVersionsByIds,
  type ImportReportRow,
  importReportsByJobs,
} from '../db/datasets.queries.js';
import {
  type EmbeddingSetRow,
  embeddingSetsByIds,
  embeddingSetsByVersions,
} from '../db/embedding-sets.queries.js';
import {
  type CellRunRow,
  type ExperimentRow,
  experimentsByIds,
  runsOfCells,
} from '../db/experiments.queries.js';
import { type JobRow, jobsByIds } from '../db/jobs.read.queries.js';
import {
  type AliasRow,
  aliasesByModels,
  aliasesByVersions,
  type ModelRow,
  type ModelVersionRow,
  modelsByIds,
  modelVersionsByIds,
  modelVersionsByRuns,
} from '../db/models.queries.js';
import {
  epochRows,
  epochsByRuns,
  type RunEpochRow,
  type RunRow,
  runsByIds,
} from '../db/runs.queries.js';
import type { Sql } from '../db/sql.js';

/**
 * What one operation has loaded, so that a field costs one statement however many objects select it. Nothing outlives
 * the operation: rows change.
 */
export interface Loaders {
  dataset: DataLoader<string, DatasetRow | null>;
  version: DataLoader<string, DatasetVersionRow | null>;
  importReport: DataLoader<string, ImportReportRow | null>;
  embeddingSet: DataLoader<string, EmbeddingSetRow | null>;
  embeddingSetsOfVersion: DataLoader<string, EmbeddingSetRow[]>;
  job: DataLoader<string, JobRow | null>;
  run: DataLoader<string, RunRow | null>;
  epochsOfRun: DataLoader<string, RunEpochRow[]>;
  /** By `<run id>:<epoch>`. */
  epoch: DataLoader<string, RunEpochRow | null>;
  experiment: DataLoader<string, ExperimentRow | null>;
  /** By `<experiment id>:<cell>`. */
  runsOfCell: DataLoader<string, CellRunRow[]>;
  model: DataLoader<string, ModelRow | null>;
  modelVersion: DataLoader<string, ModelVersionRow | null>;
  modelVersionsOfRun: DataLoader<string, ModelVersionRow[]>;
  aliasesOfModel: DataLoader<string, AliasRow[]>;
  aliasesOfVersion: DataLoader<string, AliasRow[]>;
  /**
   * A loader for a field with arguments: those who ask with the same arguments share it, since a field of the document
   * has the same ones for every parent.
   */
  keyed<Value>(
    name: string,
    load: (parents: readonly string[]) => Promise<readonly Value[]>,
  ): DataLoader<string, Value>;
}

export function createLoaders(sql: Sql): Loaders {
  const keyed = new Map<string, DataLoader<string, unknown>>();
  return {
    dataset: one(sql, datasetsByIds, (row) => row.id),
    version: one(sql, datasetVersionsByIds, (row) => row.id),
    importReport: one(sql, importReportsByJobs, (row) => row.jobId),
    embeddingSet: one(sql, embeddingSetsByIds, (row) => row.id),
    embeddingSetsOfVersion: many(sql, embeddingSetsByVersions, (row) => row.versionId),
    job: one(sql, jobsByIds, (row) => row.id),
    run: one(sql, runsByIds, (row) => row.id),
    epochsOfRun: many(sql, epochsByRuns, (row) => row.runId),
    epoch: one(sql, epochsByKeys, (row) => `${row.runId}:${row.epoch}`),
    experiment: one(sql, experimentsByIds, (row) => row.id),
    runsOfCell: many(sql, cellRunsByKeys, (row) => `${row.experimentId}:${row.cell}`),
    model: one(sql, modelsByIds, (row) => row.id),
    modelVersion: one(sql, modelVersionsByIds, (row) => row.id),
    modelVersionsOfRun: many(sql, modelVersionsByRuns, (row) => row.usedRunId),
    aliasesOfModel: many(sql, aliasesByModels, (row) => row.modelId),
    aliasesOfVersion: many(sql, aliasesByVersions, (row) => row.versionId),
    keyed<Value>(name: string, load: (parents: readonly string[]) => Promise<readonly Value[]>) {
      let loader = keyed.get(name) as DataLoader<string, Value> | undefined;
      if (!loader) {
        loader = new DataLoader<string, Value>(load);
        keyed.set(name, loader as DataLoader<string, unknown>);
      }
      return loader;
    },
  };
}

function epochsByKeys(sql: Sql, keys: readonly string[]): Promise<RunEpochRow[]> {
  const pairs = keys.map((key) => key.split(':') as [string, string]);
  return epochRows(
    sql,
    pairs.map(([runId]) => runId),
    pairs.map(([, epoch]) => Number(epoch)),
  );
}

function cellRunsByKeys(sql: Sql, keys: readonly string[]): Promise<CellRunRow[]> {
  const pairs = keys.map((key) => key.split(':') as [string, string]);
  return runsOfCells(
    sql,
    pairs.map(([experimentId]) => experimentId),
    pairs.map(([, cell]) => Number(cell)),
  );
}

function one<Row>(
  sql: Sql,
  load: (sql: Sql, keys: readonly string[]) => Promise<Row[]>,
  key: (row: Row) => string,
): DataLoader<string, Row | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await load(sql, keys)).map((row) => [key(row), row]));
    return keys.map((wanted) => rows.get(wanted) ?? null);
  });
}

function many<Row>(
  sql: Sql,
  load: (sql: Sql, keys: readonly string[]) => Promise<Row[]>,
  key: (row: Row) => string,
): DataLoader<string, Row[]> {
  return new DataLoader(async (keys) => groupInOrder(keys, await load(sql, keys), key));
}

/** The rows of each key, in the order in which they came. */
export function groupInOrder<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  key: (row: Row) => string,
): Row[][] {
  const groups = new Map<string, Row[]>(keys.map((wanted) => [wanted, []]));
  for (const row of rows) groups.get(key(row))?.push(row);
  return keys.map((wanted) => groups.get(wanted)!);
}
