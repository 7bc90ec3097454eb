import { UNKNOWN } from '../data/unknown.js';
import type { Scores } from './scored.js';

/**
 * One label's samples, those of which it is known, from the highest score down, each as `sample × 4 + isLastOfItsTie × 2 +
 * isPositive`. Unlike `Ranking` it knows which sample stands where, so that samples can be given
 * weights afterwards: sorted once, read once for every resample.
 */
export type SampleOrder = Uint32Array;

/** Orders one label's column of `scores` and `targets`, both `[N, L]`; N below 2^30. */
export function orderSamples(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  label: number,
): SampleOrder {
  const target = (sample: number) => targets[sample * numLabels + label]!;
  const order = new Uint32Array(scores.length / numLabels)
    .map((_, sample) => sample)
    .filter((sample) => target(sample) !== UNKNOWN);
  const score = (sample: number) => scores[sample * numLabels + label]!;
  order.sort((a, b) => score(b) - score(a));
  return order.map((sample, rank) => {
    const next = order[rank + 1];
    const isLastOfItsTie = next === undefined || score(next) !== score(sample) ? 1 : 0;
    return sample * 4 + isLastOfItsTie * 2 + target(sample);
  });
}

/**
 * Average precision with sample n counted `weights[n]` times (`[N]`), tied samples entering
 * together: `averagePrecision` where all weights are 1, scikit-learn's `average_precision_score`
 * with `sample_weight` otherwise. Null where no positive has a weight.
 */
export function weightedAveragePrecision(order: SampleOrder, weights: Uint32Array): number | null {
  let sum = 0;
  let predicted = 0;
  let truePositives = 0;
  let before = 0;
  for (const entry of order) {
    const weight = weights[entry >>> 2]!;
    predicted += weight;
    if (entry & 1) truePositives += weight;
    if (entry & 2 && truePositives > before) {
      sum += (truePositives - before) * (truePositives / predicted);
      before = truePositives;
    }
  }
  return truePositives === 0 ? null : sum / truePositives;
}
