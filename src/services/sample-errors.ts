import { labelsAt, type RunScores, runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { readRowsAt } from '../ml/data/float32-rows.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import { WorstErrors } from '../ml/metrics/worst-errors.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseId } from './parse-id.js';
import { EVALUATED_SPLITS, type EvaluatedSplit, placeOfScores } from './place-of-scores.js';
import { type ErrorChoice, type RunError, runError } from './run-errors.js';

/** Errors of one sample that are listed, the worst of them. */
export const MAX_SAMPLE_ERRORS = 20;

/**
 * What a run has decided wrongly about samples of a version.
 * @returns for each position the worst first; null where the run has not scored that sample, or is not on this version
 */
export async function errorsAt(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  versionId: string,
  positions: readonly number[],
  runId: string,
  choice: ErrorChoice,
): Promise<(RunError[] | null)[]> {
  const run = await runScores(db, parseId(runId, 'run'));
  if (run?.versionId !== versionId) return positions.map(() => null);
  const wanted = new Set(positions);
  const found = new Map<number, RunError[]>();
  for (const split of EVALUATED_SPLITS) {
    for (const [position, errors] of await inSplit({ db, blobs }, run, split, wanted, choice)) {
      found.set(position, errors);
    }
  }
  return positions.map((position) => found.get(position) ?? null);
}

async function inSplit(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  run: RunScores,
  split: EvaluatedSplit,
  wanted: ReadonlySet<number>,
  { label, kind }: ErrorChoice,
): Promise<[number, RunError[]][]> {
  const place = await placeOfScores(blobs, run.scoresSha256, split);
  const { path, numLabels, positions, start } = place;
  const rows: number[] = [];
  for (const [row, position] of positions.entries()) if (wanted.has(position)) rows.push(row);
  const scores = await readRowsAt(path, { rows, numLabels, start });
  const here = Int32Array.from(rows, (row) => positions[row]!);
  const labels = await labelsAt(db, run.versionId, here);
  return labels.map((own, at) => {
    const position = here[at]!;
    const worst = new WorstErrors({
      labelSets: packLabelSets([own]),
      thresholds: run.thresholds,
      label,
      kind,
      limit: MAX_SAMPLE_ERRORS,
    });
    worst.take(scores.subarray(at * numLabels, (at + 1) * numLabels));
    const { errors } = worst.result();
    return [position, errors.map((error) => runError(error, position, run.thresholds))];
  });
}
