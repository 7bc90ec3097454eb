import { badUserInput } from '../errors/bad-user-input.js';
import { isUntrained } from '../ml/nn/heads/table.js';
import { badInput, integer, readOption } from '../ml/nn/options.js';
import { type ConfigOf, fillVariant } from '../ml/nn/variant.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { type Axes, MAX_RUNS } from './experiment-axes.js';
import type { Repeated } from './experiment-folds.js';
import { planRungs, rungEpochs } from './rungs.js';
import { fillRanges, type SearchRange, type SearchRangeInput } from './search-ranges.js';

/** What a search may cost: when the next cell would cost more, no further one is begun. */
const BUDGET = {
  budgetRuns: integer(1, MAX_RUNS, null),
  /** of all runs together, as configured: early stopping may need fewer */
  budgetEpochs: integer(1, 1_000_000, null),
};
const MORE_CELLS = integer(0, MAX_RUNS, 0);
const SEED = integer(0, 2 ** 31 - 1, 1);

/** How the cells of an experiment are chosen. */
const SEARCHES = {
  /** Every combination of the axes' values. */
  GRID: { options: {} },
  /** As many as `cells` says, drawn from axes and ranges. */
  RANDOM: { options: { cells: integer(1, MAX_RUNS, null), seed: SEED, ...BUDGET } },
  /** Drawn likewise; the best of them are trained for longer, and of those the best again (rungs.ts). */
  HALVING: {
    options: {
      cells: integer(2, MAX_RUNS, null),
      seed: SEED,
      reduction: integer(2, 10, 3),
      minEpochs: integer(1, 10_000, 1),
      maxEpochs: integer(1, 10_000, null),
      ...BUDGET,
    },
  },
} as const;
type Options = ConfigOf<typeof SEARCHES>;
type Filled<K extends Options['kind']> = Extract<Options, { kind: K }> & {
  readonly cells: number;
  readonly ranges: readonly SearchRange[];
};
export type RandomSearch = Filled<'RANDOM'>;
export type HalvingSearch = Filled<'HALVING'> & { readonly maxEpochs: number };
/** null: every combination of the axes is a cell */
export type Search = RandomSearch | HalvingSearch | null;

/** As a client gives it; what else it may have is in SEARCHES. */
export interface SearchInput {
  readonly kind?: unknown;
  readonly cells?: unknown;
  readonly maxEpochs?: unknown;
  readonly ranges?: readonly SearchRangeInput[] | null | undefined;
}

/**
 * @param base its `epochs` are those of the longest runs
 * @throws BAD_USER_INPUT naming option, value and range
 */
export function fillSearch(
  given: SearchInput | null | undefined,
  base: RunConfig,
  axes: Axes,
): Search {
  const { ranges: givenRanges, ...options } = given ?? {};
  const search = fillVariant('search', SEARCHES, options, 'GRID');
  if (search.kind === 'GRID') {
    if (givenRanges?.length) throw badInput('none with kind GRID', 'search.ranges', givenRanges);
    return null;
  }
  const ranges = fillRanges(givenRanges ?? [], base, axes);
  const every = search.kind === 'HALVING' && ranges.length === 0 ? numCombinations(axes) : null;
  const cells = search.cells ?? every;
  if (cells === null) throw badInput('how many to draw', 'search.cells', null);
  if (search.kind === 'RANDOM') return { ...search, cells, ranges };
  const halving = { ...search, cells, ranges, maxEpochs: search.maxEpochs ?? base.epochs };
  const untrained = axes.heads.find(isUntrained);
  if (untrained) {
    throw badUserInput(
      `expected heads that are trained with search kind HALVING but received ${untrained.kind}: more epochs change nothing`,
    );
  }
  if (axes.optimizers.some(({ kind }) => kind === 'LBFGS')) {
    throw badUserInput(
      'expected optimizers that take steps with search kind HALVING but received LBFGS, which fits to the end',
    );
  }
  if (axes.epochs.length > 1) {
    throw badUserInput(
      'expected `search.minEpochs` and `search.maxEpochs` with kind HALVING but received `epochs`',
    );
  }
  if (rungEpochs(halving).length === 1) {
    const { minEpochs, reduction } = halving;
    throw badInput(
      `at least minEpochs × reduction (${minEpochs} × ${reduction})`,
      'search.maxEpochs',
      halving.maxEpochs,
    );
  }
  return halving;
}

/** Of what the search of a stored experiment was given. */
export function readSearch(stored: unknown): Search {
  return stored as Search;
}

/** With more cells, and another budget. @throws BAD_USER_INPUT for more than an experiment may have */
export function extendSearch(
  search: RandomSearch | HalvingSearch,
  more: {
    readonly cells?: number | null;
    readonly budgetRuns?: number | null;
    readonly budgetEpochs?: number | null;
  },
  repeated: Repeated,
): Search {
  const extended = {
    ...search,
    cells: search.cells + readOption(MORE_CELLS, more.cells, 'cells'),
    budgetRuns: readOption(BUDGET.budgetRuns, more.budgetRuns, 'budgetRuns') ?? search.budgetRuns,
    budgetEpochs:
      readOption(BUDGET.budgetEpochs, more.budgetEpochs, 'budgetEpochs') ?? search.budgetEpochs,
  };
  checkSearchSize(extended, repeated);
  return extended;
}

function numCombinations(axes: Axes): number {
  return Object.values(axes).reduce((product, values) => product * values.length, 1);
}

/** @throws BAD_USER_INPUT for more runs than an experiment may have, where no cell that goes up is overtaken */
export function checkSearchSize(
  search: RandomSearch | HalvingSearch,
  { seeds, folds }: Repeated,
): void {
  const cells =
    search.kind === 'RANDOM'
      ? search.cells
      : planRungs(search.cells, search).reduce((sum, { numCells }) => sum + numCells, 0);
  const runs = cells * seeds.length * (folds?.count ?? 1);
  if (runs <= MAX_RUNS) return;
  const all = search.kind === 'RANDOM' ? 'cells' : 'cells in all rungs';
  throw badUserInput(
    `expected at most ${MAX_RUNS} runs but received ${cells} ${all} × ${seeds.length} seeds${folds ? ` × ${folds.count} folds` : ''} = ${runs}`,
  );
}

/** @throws BAD_USER_INPUT for a budget in which not even the first cell fits */
export function checkBudget(
  search: RandomSearch | HalvingSearch,
  first: Pick<RunConfig, 'epochs'>,
  { seeds, folds }: Repeated,
): void {
  const runs = seeds.length * (folds?.count ?? 1);
  const needed = { budgetRuns: runs, budgetEpochs: runs * first.epochs };
  for (const name of ['budgetRuns', 'budgetEpochs'] as const) {
    const given = search[name];
    if (given === null || given >= needed[name]) continue;
    throw badInput(`at least ${needed[name]}, what one cell costs,`, `search.${name}`, given);
  }
}
