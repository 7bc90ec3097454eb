import type { Database } from '../db/database.js';
import { versionSize } from '../db/datasets.queries.js';
import {
  appendExperimentEvent,
  type ExperimentState,
  insertExperimentSets,
  setExperimentAxes,
} from '../db/experiment-lifecycle.queries.js';
import { insertWantedRuns, type WantedRun, wantedRuns } from '../db/wanted-runs.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { isOverTokens } from '../ml/nn/heads/table.js';
import { readRunConfig, readSettings } from '../ml/train/run-config.js';
import { counted } from './advance-experiments.js';
import { type Cell, cellKey } from './cell.js';
import { checkCells } from './check-experiment.js';
import { reopen, requireExperiment } from './control-experiment.js';
import { type EncoderSource, requireEncoder, type UsableEncoder } from './encoder-source.js';
import { encoderFor, withTokens } from './encoder-tokens.js';
import {
  AXIS_NAMES,
  type Axes,
  type AxesInput,
  checkRunCount,
  checkSeeds,
  extendAxes,
  readAxes,
} from './experiment-axes.js';
import { cellsOf } from './experiment-cells.js';
import { chooseEncoders, type EncoderChoice } from './experiment-encoders.js';
import type { Folds } from './experiment-folds.js';
import { hasTokens } from './pack-format.js';
import { extendSearch, readSearch, type Search } from './search.js';
import { wantedRunsOf } from './wanted-runs.js';

export interface ExtendExperimentInput extends AxesInput {
  id: string;
  encoders?: readonly EncoderChoice[] | null;
  seeds?: readonly number[] | null;
  /** of a search: how many more are drawn */
  cells?: number | null;
  /** of a search: the new budget */
  budgetRuns?: number | null;
  budgetEpochs?: number | null;
}

const GRID_EXTENSIONS = ['encoders', ...AXIS_NAMES, 'seeds'] as const;
type Extension = (typeof GRID_EXTENSIONS)[number] | 'cells' | 'budgetRuns' | 'budgetEpochs';
/** More seeds would take the results of a halving's rungs away from it. */
const SEARCH_EXTENSIONS = {
  RANDOM: ['seeds', 'cells', 'budgetRuns', 'budgetEpochs'],
  HALVING: ['cells', 'budgetRuns', 'budgetEpochs'],
} as const satisfies Record<string, readonly Extension[]>;

/**
 * Adds values to axes, or seeds; what is new in the matrix is run. Cells keep their numbers. A search draws further cells
 * from the axes that it has.
 */
export async function extendExperiment(
  deps: { db: Database; encoders: EncoderSource; limits: { trainingBytes: number } },
  input: ExtendExperimentInput,
): Promise<string> {
  const { versionId, sets } = await requireExperiment(deps.db, input.id);
  const known: UsableEncoder[] = [];
  for (const { encoderId } of sets) known.push(await requireEncoder(deps.encoders, encoderId));
  const more = input.encoders ?? [];
  const chosen = more.length > 0 ? await chooseEncoders(deps.encoders, more, sets) : [];
  const haveTokens = sets.some(hasTokens);
  const added = haveTokens ? chosen.map(withTokens) : chosen;
  const encoders = [...known, ...added];
  const version = (await versionSize(deps.db, versionId))!;
  const extend: Parameters<typeof reopen>[2] = async (tx, experiment, newSetIds) => {
    if (experiment.sets.length !== known.length) throw addedMeanwhile();
    if (experiment.status === 'CANCELLED') {
      throw new ClipwrightError('CONFLICT', 'The experiment is CANCELLED: resume it first.');
    }
    const extended = extendMatrix(experiment, input, encoders.length);
    const { folds, axes } = extended;
    if (!haveTokens && axes.heads.some(isOverTokens)) throw withoutTokens();
    for (const encoder of encoders) encoderFor(encoder, axes);
    await checkCells({ ...deps, db: tx }, extended.cells, { folds, version, encoders });
    await insertExperimentSets(tx, experiment.id, newSetIds, known.length);
    const setIds = [...experiment.sets.map(({ setId }) => setId), ...newSetIds];
    const before = await wantedRuns(tx, experiment.id);
    const runs = newRuns(before, wantedRunsOf(extended, { versionId, setIds }));
    await insertWantedRuns(tx, experiment.id, runs);
    await setExperimentAxes(tx, experiment.id, extended);
    await appendExperimentEvent(tx, experiment.id, {
      ...(experiment.status !== 'PAUSED' && { status: 'RUNNING' }),
      message: `${counted(runs.length, 'run')} more`,
    });
  };
  return reopen(deps.db, input.id, extend, added);
}

function addedMeanwhile(): ClipwrightError {
  return new ClipwrightError(
    'CONFLICT',
    'Somebody else has added encoders to the experiment meanwhile: look at it again, then ask again.',
  );
}

function withoutTokens(): ClipwrightError {
  return badUserInput(
    'The experiment embedded without tokens, as none of its heads attended to any: start another one with TOKEN_QUERY among its `heads`.',
  );
}

function extendMatrix(
  experiment: ExperimentState,
  input: ExtendExperimentInput,
  numEncoders: number,
): { axes: Axes; seeds: number[]; folds: Folds; search: Search; cells: Cell[] } {
  const base = readSettings(experiment.config);
  const known = readAxes(experiment.axes, base);
  const before = readSearch(experiment.search);
  const allowed: readonly Extension[] = before ? SEARCH_EXTENSIONS[before.kind] : GRID_EXTENSIONS;
  const given = [...GRID_EXTENSIONS, ...SEARCH_EXTENSIONS.RANDOM].filter((name) => {
    const value = input[name];
    return Array.isArray(value) ? value.length > 0 : value != null;
  });
  const refused = given.find((name) => !allowed.includes(name));
  if (refused || given.length === 0) {
    const names = allowed.map((name) => `\`${name}\``).join(', ');
    throw badUserInput(
      `expected some of ${names} for an experiment of kind ${before?.kind ?? 'GRID'} but received ` +
        `${refused ? `\`${refused}\`` : 'none'}`,
    );
  }
  const seeds = checkSeeds([...experiment.seeds, ...(input.seeds ?? [])]);
  const { folds } = experiment;
  if (!before) checkRunCount(input, { seeds, folds, numEncoders }, known);
  const search = before && extendSearch(before, input, { seeds, folds });
  const axes = extendAxes(known, input);
  return { axes, seeds, folds, search, cells: cellsOf(base, axes, numEncoders, search) };
}

/** Of the runs that are wanted now, those that were not before; a cell that was there keeps its number. */
function newRuns(
  before: readonly Omit<WantedRun, 'manifest'>[],
  now: readonly WantedRun[],
): WantedRun[] {
  const numbers = new Map(
    before.map(({ cell, config, encoder }) => [
      cellKey({ config: readRunConfig(config), encoder }),
      cell,
    ]),
  );
  const there = new Set(before.map(({ cell, seed, fold }) => `${cell}:${seed}:${fold}`));
  const more: WantedRun[] = [];
  let next = Math.max(-1, ...numbers.values()) + 1;
  for (const run of now) {
    const key = cellKey({ config: readRunConfig(run.config), encoder: run.encoder });
    const cell = numbers.get(key) ?? next++;
    numbers.set(key, cell);
    if (there.has(`${cell}:${run.seed}:${run.fold}`)) continue;
    more.push({ ...run, cell, position: (before.at(-1)?.position ?? -1) + 1 + more.length });
  }
  return more;
}
