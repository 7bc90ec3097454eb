import { ClipwrightError } from '../../errors/clipwright-error.js';
import { FoldDemand } from './fold-demand.js';
import { type LabelSets, packLabelSets } from './label-sets.js';
import type { Rng } from './rng.js';
import { WaitingSamples } from './waiting-samples.js';

/** In `fixed`: the sample has no fold yet. */
export const FREE = -1;

/**
 * Parts samples into folds so that each fold gets its proportion of every label: iterative
 * stratification of first order, after Sechidis, Tsoumakas and Vlahavas, 'On the Stratification of
 * Multi-Label Data', ECML PKDD 2011, algorithm 1 (https://doi.org/10.1007/978-3-642-23808-6_10).
 *
 * The label with the fewest samples left comes first; each of its samples goes to the fold that
 * most wants this label, of equal ones to the fold that most wants samples, else at random. Samples
 * without a label come last and go where samples are wanted most. A label's samples are taken in
 * random order: in the order given, a fold with a large proportion would get the first of them, and
 * the order often means something (time, source).
 *
 * A sample whose entry in `fixed` is not `FREE` keeps that fold and counts towards its proportion.
 * Takes O(labels given × folds + L²) for L distinct labels.
 *
 * @param samples label indices of N samples
 * @param proportions one per fold, at most 127; scaled to sum to 1; a fold of 0 gets no sample
 * @param fixed `[N]`
 * @param sizes `[N]`: how many samples each stands for, where groups are kept together (`groupSamples`)
 * @returns `[N]`: the fold of each sample
 */
export function stratify(
  samples: LabelSets | ReadonlyArray<readonly number[]>,
  proportions: readonly number[],
  rng: Rng,
  fixed?: Int8Array,
  sizes?: Int32Array,
): Uint8Array {
  const { offsets, labels } = 'offsets' in samples ? samples : packLabelSets(samples);
  const count = offsets.length - 1;
  const shares = sharesOf(proportions);
  checkFixed(fixed, count, shares.length);
  const folds = Uint8Array.from(fixed ?? new Int8Array(count));
  const isFree = Uint8Array.from({ length: count }, (_, i) =>
    (fixed?.[i] ?? FREE) === FREE ? 1 : 0,
  );
  const demand = new FoldDemand(shares, offsets, labels, rng, sizes);

  for (let sample = 0; sample < count; sample++) {
    if (isFree[sample] === 0) demand.give(sample, folds[sample]!);
  }
  const waiting = new WaitingSamples(offsets, labels, isFree, demand.numLabels, rng);
  const place = (sample: number, fold: number) => {
    folds[sample] = fold;
    demand.give(sample, fold);
    waiting.take(sample);
  };
  for (let label = waiting.rarest(); label !== null; label = waiting.rarest()) {
    for (const sample of waiting.samplesOf(label)) {
      if (waiting.has(sample)) place(sample, demand.foldForLabel(label));
    }
  }
  for (const sample of waiting.order) {
    if (waiting.has(sample)) place(sample, demand.foldForSample());
  }
  return folds;
}

function sharesOf(proportions: readonly number[]): number[] {
  const sum = proportions.reduce((total, share) => total + share, 0);
  const isValid = proportions.every((share) => Number.isFinite(share) && share >= 0) && sum > 0;
  if (!isValid || proportions.length > 127) {
    throw new ClipwrightError(
      'INTERNAL',
      `expected 1 to 127 shares of at least 0 for \`proportions\` but received [${proportions}]`,
    );
  }
  return proportions.map((share) => share / sum);
}

function checkFixed(fixed: Int8Array | undefined, count: number, folds: number): void {
  if (fixed === undefined) return;
  if (fixed.length !== count || fixed.some((fold) => fold < FREE || fold >= folds)) {
    throw new ClipwrightError(
      'INTERNAL',
      `expected ${count} folds of ${FREE} to ${folds - 1} for \`fixed\` but received others`,
    );
  }
}
