import { samplesAt } from '../db/samples.queries.js';
import type { Label } from '../schema/label.type.js';
import type { Context } from './context.js';
import { required } from './required.js';

interface FlippedRow {
  /** place in the version */
  readonly row: number;
  readonly gained: readonly number[];
  readonly lost: readonly number[];
}

/** Samples on which two models decide differently, with the labels' names. */
export async function flippedSamples(
  { db }: Context,
  { id, labels }: { readonly id: string; readonly labels: readonly Label[] },
  flipped: readonly FlippedRow[],
) {
  const rows = await samplesAt(
    db,
    id,
    flipped.map(({ row }) => row),
  );
  const byPosition = new Map(rows.map((sample) => [sample.position, sample]));
  const labelsOf = (indices: readonly number[]) => indices.map((index) => labels[index]!);
  return flipped.map(({ row, gained, lost }) => ({
    sample: required(byPosition.get(row) ?? null, 'sample at this position'),
    gained: labelsOf(gained),
    lost: labelsOf(lost),
  }));
}
