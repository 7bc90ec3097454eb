import { UNKNOWN } from '../data/unknown.js';
import type { Scores } from './scored.js';

/** Scores of samples that carry a label and of those that do not, each sorted upwards; the unknown are in neither. */
export interface Ranking {
  readonly positives: Scores;
  readonly negatives: Scores;
}

/**
 * Ranks one label's column of `scores` `[N, L]`, or all N × L scores as one where `label` is null.
 * Two plain numeric sorts (native, O(N log N)) instead of one sort of indices: whoever reads a
 * ranking needs the counts above a cut, never which sample stands where.
 */
export function rank(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  label: number | null,
): Ranking {
  const first = label ?? 0;
  const stride = label === null ? 1 : numLabels;
  let carried = 0;
  let unknown = 0;
  for (let at = first; at < targets.length; at += stride) {
    if (targets[at] === 1) carried++;
    else if (targets[at] === UNKNOWN) unknown++;
  }
  const total = scores.length / stride;
  const allocate = scores instanceof Float32Array ? Float32Array : Float64Array;
  const positives = new allocate(carried);
  const negatives = new allocate(total - carried - unknown);
  for (let at = first, p = 0, n = 0; at < scores.length; at += stride) {
    if (targets[at] === 1) positives[p++] = scores[at]!;
    else if (targets[at] !== UNKNOWN) negatives[n++] = scores[at]!;
  }
  return { positives: positives.sort(), negatives: negatives.sort() };
}

/**
 * Visits every distinct score from the highest down, with what predicting all samples at or above
 * it gives: `truePositives`, `predicted`, and `below`, the next lower score (null after the last).
 * Tied samples fall on the same side of every cut.
 */
export function forEachCut(
  { positives, negatives }: Ranking,
  visit: (score: number, below: number | null, truePositives: number, predicted: number) => void,
): void {
  let p = positives.length - 1;
  let n = negatives.length - 1;
  const highest = (): number | null => {
    if (p < 0 && n < 0) return null;
    if (p < 0) return negatives[n]!;
    if (n < 0) return positives[p]!;
    return Math.max(positives[p]!, negatives[n]!);
  };
  let score = highest();
  while (score !== null) {
    while (p >= 0 && positives[p] === score) p--;
    while (n >= 0 && negatives[n] === score) n--;
    const truePositives = positives.length - 1 - p;
    const below = highest();
    visit(score, below, truePositives, truePositives + negatives.length - 1 - n);
    score = below;
  }
}
