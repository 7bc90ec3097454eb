import type { LabelSets } from './label-sets.js';

/** `[rows.length, numLabels]`, 0 or 1: the labels of `rows`, one after the other, written into `out` or a new array. */
export function denseTargets(
  { offsets, labels }: LabelSets,
  numLabels: number,
  rows: Int32Array,
  out: Uint8Array = new Uint8Array(rows.length * numLabels),
): Uint8Array {
  out.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      out[i * numLabels + labels[at]!] = 1;
    }
  }
  return out;
}
