import { readFloat32Rows } from '../data/float32-rows.js';
import { type FoundErrors, WorstErrors } from '../metrics/worst-errors.js';
import type { ErrorsToFind } from './statistics.methods.js';

/** The worst errors of a split, in one pass over its scores where they lie in their file. */
export async function findErrors({ path, start, ...search }: ErrorsToFind): Promise<FoundErrors> {
  const samples = search.labelSets.offsets.length - 1;
  const numLabels = search.thresholds.length;
  const worst = new WorstErrors(search);
  for await (const rows of readFloat32Rows(path, { samples, numLabels, start })) worst.take(rows);
  return worst.result();
}
