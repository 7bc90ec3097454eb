import type { LabelSets } from './label-sets.js';
import { UNKNOWN } from './unknown.js';

/** `[rows.length, numLabels]`: 1 where a sample of `rows` carries a label, 0 where not, and `UNKNOWN`. */
export function denseTargets(
  { offsets, labels }: LabelSets,
  numLabels: number,
  rows: Int32Array,
): Uint8Array {
  const targets = new Uint8Array(rows.length * numLabels);
  rows.forEach((row, i) => {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const entry = labels[at]!;
      if (entry < 0) targets[i * numLabels + ~entry] = UNKNOWN;
      else targets[i * numLabels + entry] = 1;
    }
  });
  return targets;
}
