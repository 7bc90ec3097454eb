import type { LabelSets } from './label-sets.js';

/** Finding the rarest pair takes time in the square of their number: some seconds at this one. */
export const MAX_PAIRS = 20_000;

/**
 * Label sets for stratification of second order (Szymański and Kajdanowicz, 'A Network Perspective on Stratification of
 * Multi-Label Data', 2017, 1704.08756): every pair of labels that a sample has, a label with itself included, stands as a
 * label of its own.
 *
 * @returns null for more than 20,000 pairs
 */
export function pairLabelSets({ offsets, labels }: LabelSets): LabelSets | null {
  const known = new Map<string, number>();
  const paired: number[] = [];
  const pairOffsets = new Int32Array(offsets.length);
  for (let sample = 0; sample + 1 < offsets.length; sample++) {
    const own = labels.slice(offsets[sample], offsets[sample + 1]).sort();
    own.forEach((label, at) => {
      for (const other of own.subarray(at)) {
        const pair = `${label} ${other}`;
        if (!known.has(pair)) known.set(pair, known.size);
        paired.push(known.get(pair)!);
      }
    });
    if (known.size > MAX_PAIRS) return null;
    pairOffsets[sample + 1] = paired.length;
  }
  return { offsets: pairOffsets, labels: Int32Array.from(paired) };
}
