import type { SearchCell } from '../db/experiment-search.queries.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { MAX_RUNS } from './experiment-axes.js';

export interface Cost {
  readonly runs: number;
  /** of all of the runs together */
  readonly epochs: number;
}

/** What a search is given, as in its input; null: as much as any may have. */
export interface GivenBudget {
  readonly budgetRuns: number | null;
  readonly budgetEpochs: number | null;
}

/** What a search may spend in all. */
export function fullBudget({ budgetRuns, budgetEpochs }: GivenBudget): Cost {
  return { runs: budgetRuns ?? MAX_RUNS, epochs: budgetEpochs ?? Number.POSITIVE_INFINITY };
}

/** What a search may still spend. A cell that was begun, or has gone up, is paid for with all of its runs. */
export class SearchBudget {
  #runs: number;
  #epochs: number;

  constructor(search: GivenBudget) {
    const { runs, epochs } = fullBudget(search);
    this.#runs = runs;
    this.#epochs = epochs;
  }

  /** @returns false, and spends nothing, where it is too much */
  spend({ runs, epochs }: Cost): boolean {
    if (runs > this.#runs || epochs > this.#epochs) return false;
    this.#runs -= runs;
    this.#epochs -= epochs;
    return true;
  }

  /** What the cells of an experiment have left of it. */
  static after(cells: readonly SearchCell[], search: GivenBudget): SearchBudget {
    const budget = new SearchBudget(search);
    for (const cell of cells) {
      if (isUntried(cell)) continue;
      const { runs, epochs } = costOf(cell);
      budget.#runs -= runs;
      budget.#epochs -= epochs;
    }
    return budget;
  }
}

/** Waits in the lowest rung, and costs something. */
export function isUntried({ rung, begun, ownRuns }: SearchCell): boolean {
  return rung === 0 && !begun && ownRuns > 0;
}

export function costOf({ ownRuns, config }: SearchCell): Cost {
  return { runs: ownRuns, epochs: ownRuns * (config as RunConfig).epochs };
}
