import type { RunConfig } from '../ml/train/run-config.js';
import { type PlannedRung, planRungs } from './rungs.js';
import type { Search } from './search.js';
import { fullBudget, SearchBudget } from './search-budget.js';

export interface SearchSize {
  readonly numRuns: number;
  readonly maxRuns: number;
  readonly numEpochs: number;
  readonly maxEpochs: number;
  readonly rungs: PlannedRung[];
}

/**
 * How many runs and epochs an experiment comes to, within its budget: as expected, and at most.
 * @param numRepeats runs of each cell: seeds × folds
 */
export function searchSize(
  cells: readonly RunConfig[],
  numRepeats: number,
  search: Search,
): SearchSize {
  if (search?.kind === 'HALVING') {
    const rungs = planRungs(search.cells, search);
    const most = fullBudget(search);
    const within = (cellsOf: (rung: PlannedRung) => number) => {
      const runs = rungs.reduce((sum, rung) => sum + numRepeats * cellsOf(rung), 0);
      const epochs = rungs.reduce((sum, rung) => sum + numRepeats * cellsOf(rung) * rung.epochs, 0);
      return { runs: Math.min(runs, most.runs), epochs: Math.min(epochs, most.epochs) };
    };
    const expected = within(({ numCells }) => numCells);
    const worst = within(({ maxCells }) => maxCells);
    return {
      numRuns: expected.runs,
      maxRuns: worst.runs,
      numEpochs: expected.epochs,
      maxEpochs: worst.epochs,
      rungs,
    };
  }
  const budget = search && new SearchBudget(search);
  const tried: RunConfig[] = [];
  for (const cell of cells) {
    if (budget && !budget.spend({ runs: numRepeats, epochs: numRepeats * cell.epochs })) break;
    tried.push(cell);
  }
  const runs = tried.length * numRepeats;
  const epochs = tried.reduce((sum, cell) => sum + numRepeats * cell.epochs, 0);
  return { numRuns: runs, maxRuns: runs, numEpochs: epochs, maxEpochs: epochs, rungs: [] };
}
