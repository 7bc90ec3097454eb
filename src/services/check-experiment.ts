import type { Database } from '../db/database.js';
import type { DatasetVersionSize } from '../db/datasets.queries.js';
import type { Precision } from '../db/enums.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { fillRunConfig, type RunConfig } from '../ml/train/run-config.js';
import { requireMemory, requireUsableSamples, requireVersion } from './check-training.js';
import { checkPrecision } from './embed-dataset.js';
import { type EncoderSource, requireEncoder, type UsableEncoder } from './encoder-source.js';
import {
  type Axes,
  type AxesInput,
  cellsOf,
  checkRunCount,
  checkSeeds,
  fillAxes,
} from './experiment-axes.js';
import { inWords, modalityNeeds } from './modality-needs.js';

export interface ExperimentInput extends AxesInput {
  name?: string | null;
  datasetId: string;
  datasetVersion?: number | null;
  encoderId: string;
  precision?: Precision | null;
  seeds?: readonly number[] | null;
  /** what lies on no axis, as `fillRunConfig` takes it */
  config?: unknown;
}

export interface ExperimentDeps {
  db: Database;
  encoders: EncoderSource;
  limits: { trainingBytes: number };
}

export interface CheckedExperiment {
  name: string;
  version: DatasetVersionSize;
  encoder: UsableEncoder;
  precision: Precision;
  axes: Axes;
  seeds: readonly number[];
  cells: readonly RunConfig[];
}

/** Fills and checks everything that a client asks of an experiment. @throws BAD_USER_INPUT, NOT_FOUND */
export async function checkExperiment(
  deps: ExperimentDeps,
  input: ExperimentInput,
): Promise<CheckedExperiment> {
  const name = input.name?.trim() || 'experiment';
  if (name.length > 200) throw badUserInput('expected at most 200 characters for `name`');
  const precision = input.precision ?? 'FP32';
  checkPrecision(precision);
  const seeds = checkSeeds(input.seeds ?? [1]);
  checkRunCount(input, seeds.length);
  const given = (input.config ?? {}) as Readonly<Record<string, unknown>>;
  const base = fillRunConfig(given);
  const axes = fillAxes(input, base, given);
  const cells = cellsOf(base, axes);
  const version = await requireVersion(deps.db, input.datasetId, input.datasetVersion ?? null);
  const encoder = await requireEncoder(deps.encoders, input.encoderId);
  await checkCells(deps, cells, version, encoder);
  return {
    name,
    version,
    encoder,
    precision,
    axes,
    seeds,
    cells,
  };
}

/** @throws BAD_USER_INPUT where a cell could not be trained, or not be compared with the others */
export async function checkCells(
  deps: { db: Sql; limits: { trainingBytes: number } },
  cells: readonly RunConfig[],
  version: DatasetVersionSize,
  encoder: UsableEncoder,
): Promise<void> {
  const byNeeds = new Map(cells.map(({ fusion }) => [inWords(modalityNeeds(fusion)), fusion]));
  for (const fusion of byNeeds.values()) {
    const usable = await requireUsableSamples(deps.db, version, fusion);
    if (usable.validation === 0) {
      throw badUserInput(
        `Dataset version ${version.number} has no labelled VALIDATION sample that the fusion ${fusion.kind} can use: ` +
          'the cells of an experiment are compared on them.',
      );
    }
  }
  for (const cell of cells) requireMemory(cell, version, encoder, deps.limits);
}
