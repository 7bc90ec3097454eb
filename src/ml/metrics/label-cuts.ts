import { forEachCut, type Ranking } from './ranking.js';

/** A label is predicted where its score is `threshold` or more: for how many samples, and how many of them carry it. */
export interface LabelCut {
  /** a score that a sample has */
  readonly threshold: number;
  readonly predicted: number;
  readonly truePositives: number;
}

/**
 * What each threshold makes of a label, from the highest score down: every cut there is, or where there are more than `limit`
 * about as many of them, evenly chosen, with the highest F1's and that of `threshold` among them. Each is exact.
 *
 * @param threshold one that the caller wants to find again: its cut is the last one at or above it
 */
export function labelCuts(ranking: Ranking, threshold: number, limit: number): LabelCut[] {
  const support = ranking.positives.length;
  const all: LabelCut[] = [];
  let best = 0;
  let wanted = 0;
  forEachCut(ranking, (score, _, truePositives, predicted) => {
    all.push({ threshold: score, predicted, truePositives });
    const highest = all[best]!;
    // Whole numbers, so that ties are ties: the higher threshold of equal ones.
    if (
      truePositives * (support + highest.predicted) >
      highest.truePositives * (support + predicted)
    ) {
      best = all.length - 1;
    }
    if (score >= threshold) wanted = all.length - 1;
  });
  if (all.length <= limit) return all;
  const step = (all.length - 1) / (limit - 1);
  const kept = new Set(Array.from({ length: limit }, (_, at) => Math.round(at * step)));
  kept.add(best).add(wanted);
  return all.filter((_, at) => kept.has(at));
}
