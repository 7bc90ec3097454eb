import { FREE } from './iterative-stratification.js';
import { pairLabelSets } from './label-pairs.js';
import { chooseLabelSets, type LabelSets } from './label-sets.js';
import { Rng } from './rng.js';
import { stratifyGroups } from './sample-groups.js';
import { SPLITS, type Split } from './split-dataset.js';

/** One of the folds into which the labelled samples of a version are dealt: it is TEST, the others are trained on. */
export interface Fold {
  readonly count: number;
  /** from 0 */
  readonly index: number;
  /** of the dealing: the folds of one count and seed part the samples */
  readonly seed: number;
}

/** Of the samples outside the fold; what an import holds out by default. */
export const VALIDATION_SHARE = 0.1;

/**
 * The splits of a fold, `[N]`. Folds are dealt, and VALIDATION is drawn from the rest, by iterative stratification of second
 * order; of first order where the labels make too many pairs.
 *
 * @param labelSets of N labelled samples
 * @param groups `[N]`: samples with the same number get the same split
 */
export function foldSplits(labelSets: LabelSets, fold: Fold, groups?: Int32Array): Split[] {
  const rng = Rng.fromSeed(fold.seed);
  const dealt = deal(labelSets, new Array<number>(fold.count).fill(1), rng, groups);
  const rest = Int32Array.from(dealt.keys()).filter((sample) => dealt[sample] !== fold.index);
  const splits = new Array<Split>(dealt.length).fill('TEST');
  const drawn = deal(
    chooseLabelSets(labelSets, rest),
    [1 - VALIDATION_SHARE, VALIDATION_SHARE],
    rng,
    groups && rest.map((sample) => groups[sample]!),
  );
  rest.forEach((sample, at) => {
    splits[sample] = SPLITS[drawn[at]!]!;
  });
  return splits;
}

function deal(
  labelSets: LabelSets,
  shares: readonly number[],
  rng: Rng,
  groups: Int32Array | undefined,
): Uint8Array {
  const free = new Int8Array(labelSets.offsets.length - 1).fill(FREE);
  return stratifyGroups(pairLabelSets(labelSets) ?? labelSets, shares, rng, free, groups);
}
