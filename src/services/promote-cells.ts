import { appendExperimentEvent, type ExperimentState } from '../db/experiment-lifecycle.queries.js';
import {
  deleteCells,
  nextCellPlace,
  type SearchCell,
  searchCells,
} from '../db/experiment-search.queries.js';
import type { Tx } from '../db/sql.js';
import { insertWantedRuns, type WantedRun } from '../db/wanted-runs.queries.js';
import { type RunConfig, readRunConfig } from '../ml/train/run-config.js';
import { comparedOnPaired } from './compared-on.js';
import { repeatsOf } from './experiment-folds.js';
import { runManifest } from './run-manifest.js';
import { promotableCells, rungEpochs } from './rungs.js';
import { readSearch } from './search.js';
import { costOf, isUntried, SearchBudget } from './search-budget.js';

/**
 * Writes the runs of those cells of a successive halving that go up now: each is a cell of the next rung, of the same
 * configuration but for the epochs. The caller holds the experiments' lock.
 * @returns how many
 */
export async function promoteCells(tx: Tx, experiment: ExperimentState): Promise<number> {
  const promotions = await nextPromotions(tx, experiment);
  if (promotions.length === 0) return 0;
  const place = await nextCellPlace(tx, experiment.id);
  const wanted: WantedRun[] = [];
  for (const [i, { from, epochs }] of promotions.entries()) {
    const config = readRunConfig({ ...readRunConfig(from.config), epochs });
    const { encoder } = from;
    const to = {
      cell: place.cell + i,
      rung: from.rung + 1,
      promotedFrom: from.cell,
      encoder,
      config,
    };
    const { setId } = experiment.sets[encoder]!;
    for (const { seed, fold } of repeatsOf(experiment)) {
      const position = place.position + wanted.length;
      wanted.push({
        ...to,
        position,
        seed,
        fold: fold?.index ?? 0,
        manifest: runManifest({ versionId: experiment.versionId, setId, config, seed, fold }),
      });
    }
    const message = `cell ${from.cell} goes up to rung ${to.rung} as cell ${to.cell}: ${epochs} epochs`;
    await appendExperimentEvent(tx, experiment.id, { message });
  }
  await insertWantedRuns(tx, experiment.id, wanted);
  return promotions.length;
}

/** The cells that go up now, as far as the budget goes. */
export async function nextPromotions(
  tx: Tx,
  experiment: ExperimentState,
): Promise<{ from: SearchCell; epochs: number }[]> {
  const search = readSearch(experiment.search);
  if (search?.kind !== 'HALVING') return [];
  const cells = await searchCells(tx, experiment.id);
  const paired = comparedOnPaired(cells.map(({ config }) => (config as RunConfig).fusion));
  const scored = cells.map((cell) => ({
    ...cell,
    score: paired ? cell.pairedScore : cell.ownScore,
  }));
  const epochs = rungEpochs(search);
  const budget = SearchBudget.after(cells, search);
  return promotableCells(scored, search).flatMap((from) => {
    const longer = epochs[from.rung + 1]!;
    const { length } = repeatsOf(experiment);
    const cost = { runs: length, epochs: length * longer };
    return budget.spend(cost) ? [{ from, epochs: longer }] : [];
  });
}

/**
 * @param next wanted runs, the next ones first
 * @returns the first of them, as far as the budget goes; where that is not all, no further cell is tried
 */
export async function withinBudget<R extends Pick<WantedRun, 'cell' | 'rung'>>(
  tx: Tx,
  { id, search: stored }: ExperimentState,
  next: readonly R[],
): Promise<readonly R[]> {
  const search = readSearch(stored);
  if (!search || next.length === 0) return next;
  const cells = await searchCells(tx, id);
  const budget = SearchBudget.after(cells, search);
  const untried = new Map(cells.filter(isUntried).map((cell) => [cell.cell, cell]));
  const affordable: R[] = [];
  for (const run of next) {
    const cell = untried.get(run.cell);
    if (cell && !budget.spend(costOf(cell))) {
      await deleteCells(tx, id, [...untried.keys()]);
      const message = `the budget is spent: ${untried.size} cells are not tried`;
      await appendExperimentEvent(tx, id, { message });
      break;
    }
    untried.delete(run.cell);
    affordable.push(run);
  }
  return affordable;
}
