import { labelsAt, type RunScores, runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import type { DecisionError, ErrorKind, FoundErrors } from '../ml/metrics/worst-errors.js';
import type { ErrorsToFind } from '../ml/processes/statistics.methods.js';
import type { BlobStore } from '../storage/blob-store.js';
import { KeptResults } from './kept-results.js';
import { type EvaluatedSplit, placeOfScores } from './place-of-scores.js';

/** Errors that are listed, the worst of them. */
export const MAX_ERRORS = 2000;
const KEPT = 50;

export interface RunError extends Omit<DecisionError, 'row'> {
  /** of its sample in the dataset version */
  readonly position: number;
  readonly threshold: number;
}

export function runError(
  { row: _, ...error }: DecisionError,
  position: number,
  thresholds: readonly number[],
): RunError {
  return { ...error, position, threshold: thresholds[error.label]! };
}

/** A run's wrong decisions: how many there are, and the worst of them, in descending order of loss. */
export interface RunErrors {
  readonly total: number;
  readonly errors: RunError[];
  /** of every sample about which there is one */
  readonly positions: Int32Array;
}

export interface ErrorChoice {
  /** an index; null: all labels */
  readonly label: number | null;
  readonly kind: ErrorKind | null;
}

export interface ErrorFilter extends ErrorChoice {
  readonly split: EvaluatedSplit;
}

export interface FindErrorsDeps {
  db: Sql;
  blobs: BlobStore;
  /** in another process: it reads every score */
  findErrors(payload: ErrorsToFind): Promise<FoundErrors>;
}

/** The worst errors of runs, each list made once: a run's scores never change. */
export class WorstRunErrors {
  readonly #kept = new KeptResults<RunErrors>(KEPT);

  constructor(private readonly deps: FindErrorsDeps) {}

  /** @returns null where the run has not succeeded */
  async get(runId: string, filter: ErrorFilter): Promise<RunErrors | null> {
    const run = await runScores(this.deps.db, runId);
    if (!run) return null;
    const { split, label, kind } = filter;
    const key = JSON.stringify([runId, run.scoresSha256, split, label, kind]);
    return this.#kept.get(key, () => this.#find(run, filter));
  }

  async #find(run: RunScores, { split, label, kind }: ErrorFilter): Promise<RunErrors> {
    const { db, blobs, findErrors } = this.deps;
    const { path, positions, start } = await placeOfScores(blobs, run.scoresSha256, split);
    const labels = await labelsAt(db, run.versionId, positions);
    const { total, errors, rows } = await findErrors({
      path,
      start,
      labelSets: packLabelSets(labels),
      thresholds: run.thresholds,
      label,
      kind,
      limit: MAX_ERRORS,
    });
    return {
      total,
      errors: errors.map((error) => runError(error, positions[error.row]!, run.thresholds)),
      positions: rows.map((row) => positions[row]!),
    };
  }
}
