import type { RunEpochRow } from '../db/runs.queries.js';

/** Two of each figure, and the ends. */
export const FEWEST_POINTS = 50;
export const MOST_POINTS = 2000;

/** The figures of an epoch whose lowest and highest values are kept. */
export const FIGURES: readonly ((epoch: RunEpochRow) => number | null)[] = [
  (epoch) => epoch.trainLoss,
  (epoch) => epoch.validationLoss,
  (epoch) => epoch.learningRate,
  (epoch) => epoch.validation?.microF1 ?? null,
  (epoch) => epoch.validation?.macroF1 ?? null,
  (epoch) => epoch.validation?.samplesF1 ?? null,
  (epoch) => epoch.validation?.weightedF1 ?? null,
  (epoch) => epoch.validation?.meanAveragePrecision ?? null,
  (epoch) => epoch.validation?.hammingLoss ?? null,
  (epoch) => epoch.validation?.subsetAccuracy ?? null,
];

/**
 * At most `points` of a run's epochs, in their order: the first, the last, and of stretches of equal length those in which a
 * figure is lowest or highest. There are about as many stretches as have room.
 * @param points at least `FEWEST_POINTS`
 */
export function thinHistory(epochs: readonly RunEpochRow[], points: number): RunEpochRow[] {
  if (epochs.length <= points) return [...epochs];
  const series = FIGURES.map((figure) =>
    Float64Array.from(epochs, (epoch) => figure(epoch) ?? Number.NaN),
  );
  let kept = extremes(series, epochs.length, 1);
  for (let [low, high] = [1, points]; low < high; ) {
    const stretches = Math.ceil((low + high) / 2);
    const found = extremes(series, epochs.length, stretches);
    if (found.size > points) high = stretches - 1;
    else [kept, low] = [found, stretches];
  }
  return epochs.filter((_, place) => kept.has(place));
}

/** Places of both ends and of every stretch's lowest and highest values, the first of equals; what is no number has none. */
function extremes(
  series: readonly Float64Array[],
  length: number,
  stretches: number,
): ReadonlySet<number> {
  const kept = new Set([0, length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * length) / stretches);
    const to = Math.floor(((stretch + 1) * length) / stretches);
    for (const values of series) {
      let [lowest, highest] = [-1, -1];
      for (let at = from; at < to; at++) {
        const value = values[at]!;
        if (Number.isNaN(value)) continue;
        if (lowest === -1 || value < values[lowest]!) lowest = at;
        if (highest === -1 || value > values[highest]!) highest = at;
      }
      if (lowest !== -1) kept.add(lowest).add(highest);
    }
  }
  return kept;
}
