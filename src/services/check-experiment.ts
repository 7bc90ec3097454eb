import type { Database } from '../db/database.js';
import type { DatasetVersionSize } from '../db/datasets.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { fillSettings, type RunConfig } from '../ml/train/run-config.js';
import type { Cell } from './cell.js';
import {
  requireFewTexts,
  requireMemory,
  requireUsableSamples,
  requireVersion,
  type UsableSamples,
} from './check-training.js';
import type { PrecisionChoice } from './choose-encoder.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import { encoderFor } from './encoder-tokens.js';
import {
  type Axes,
  type AxesInput,
  checkAxisLengths,
  checkRunCount,
  checkSeeds,
  fillAxes,
  firstOf,
} from './experiment-axes.js';
import { cellsOf } from './experiment-cells.js';
import { chooseEncoders, type EncoderChoice, encodersGiven } from './experiment-encoders.js';
import { checkFolds, type Folds, type Repeated } from './experiment-folds.js';
import { defaultExperimentName } from './experiment-name.js';
import { inWords, modalityNeeds } from './modality-needs.js';
import {
  checkBudget,
  checkSearchSize,
  fillSearch,
  type Search,
  type SearchInput,
} from './search.js';

export interface ExperimentInput extends AxesInput {
  name?: string | null;
  datasetId: string;
  datasetVersion?: number | null;
  /** one encoder; or several, as an axis: see `encodersGiven` */
  encoderId?: string | null;
  precision?: PrecisionChoice | null;
  encoders?: readonly EncoderChoice[] | null;
  seeds?: readonly number[] | null;
  folds?: { count: number; seed?: number | null } | null;
  search?: SearchInput | null;
  /** what lies on no axis, as `fillSettings` takes it */
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
  /** the axis of encoders, each in the precision that was asked for */
  encoders: readonly UsableEncoder[];
  /** what all cells are made of, with the first value of every axis */
  base: RunConfig;
  axes: Axes;
  search: Search;
  seeds: readonly number[];
  folds: Folds;
  /** those of the beginning: successive halving adds to them */
  cells: readonly Cell[];
}

/** Fills and checks everything that a client asks of an experiment. @throws BAD_USER_INPUT, NOT_FOUND */
export async function checkExperiment(
  deps: ExperimentDeps,
  input: ExperimentInput,
): Promise<CheckedExperiment> {
  const seeds = checkSeeds(input.seeds ?? [1]);
  const folds = checkFolds(input.folds);
  const given = (input.config ?? {}) as Readonly<Record<string, unknown>>;
  const encodersChosen = encodersGiven(input);
  const numEncoders = encodersChosen.length;
  const { base, axes, search } = fillMatrix(input, given, { seeds, folds, numEncoders });
  const name = input.name?.trim() || defaultExperimentName(axes, numEncoders);
  if (name.length > 200) throw badUserInput('expected at most 200 characters for `name`');
  const cells = cellsOf(base, axes, numEncoders, search);
  if (search) checkBudget(search, cells[0]!.config, { seeds, folds });
  const version = await requireVersion(deps.db, input.datasetId, input.datasetVersion ?? null);
  const chosen = await chooseEncoders(deps.encoders, encodersChosen);
  const encoders = chosen.map((encoder) => encoderFor(encoder, axes));
  await checkCells(deps, cells, { folds, version, encoders });
  return {
    name,
    version,
    encoders,
    base: firstOf(base, axes),
    axes,
    search,
    seeds,
    folds,
    cells,
  };
}

/** What the cells are chosen from, and how. */
function fillMatrix(
  input: ExperimentInput,
  given: Readonly<Record<string, unknown>>,
  repeated: Repeated & { numEncoders: number },
): { base: RunConfig; axes: Axes; search: Search } {
  const halving = input.search?.kind === 'HALVING';
  if (halving && given.epochs != null && input.search?.maxEpochs != null) {
    throw badUserInput('expected one of `search.maxEpochs` and `config.epochs` but received both');
  }
  checkAxisLengths(input);
  if (input.search?.cells == null) checkRunCount(input, repeated);
  const base = fillSettings(given);
  const axes = fillAxes(input, base, given);
  const search = fillSearch(input.search, base, axes);
  if (search) checkSearchSize(search, repeated);
  if (search?.kind !== 'HALVING') return { base, axes, search };
  const epochs = search.minEpochs;
  return { base: { ...base, epochs }, axes: { ...axes, epochs: [epochs] }, search };
}

/** @throws BAD_USER_INPUT where a cell could not be trained, or not be compared with the others */
export async function checkCells(
  deps: { db: Sql; limits: { trainingBytes: number } },
  cells: readonly Cell[],
  {
    folds,
    version,
    encoders,
  }: { folds: Folds; version: DatasetVersionSize; encoders: readonly UsableEncoder[] },
): Promise<void> {
  const usable = new Map<string, UsableSamples>();
  for (const { config, encoder } of cells) {
    const needs = inWords(modalityNeeds(config.fusion));
    if (!usable.has(needs)) {
      usable.set(needs, await requireComparable(deps.db, version, config.fusion, folds));
    }
    requireFewTexts(config, version);
    requireMemory(config, version, usable.get(needs)!, encoders[encoder]!, deps.limits);
  }
}

/** @returns the samples that a cell with this fusion can use */
async function requireComparable(
  sql: Sql,
  version: DatasetVersionSize,
  fusion: RunConfig['fusion'],
  folds: Folds,
): Promise<UsableSamples> {
  const fold = folds && { ...folds, index: 0 };
  const usable = await requireUsableSamples(sql, version, fusion, fold);
  if (usable.validation > 0) return usable;
  throw badUserInput(
    `Dataset version ${version.number} has no labelled VALIDATION sample that the fusion ${fusion.kind} can use: ` +
      'the cells of an experiment are compared on them.',
  );
}
