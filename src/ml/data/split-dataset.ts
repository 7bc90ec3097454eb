import { badUserInput } from '../../errors/bad-user-input.js';
import { FREE } from './iterative-stratification.js';
import { MAX_PAIRS, pairLabelSets } from './label-pairs.js';
import { packLabelSets } from './label-sets.js';
import type { Rng } from './rng.js';
import { stratifyGroups } from './sample-groups.js';

/** The folds of a dataset, by index. */
export const SPLITS = ['TRAIN', 'VALIDATION', 'TEST'] as const;
export type Split = (typeof SPLITS)[number];

/** What `splitDataset` needs to know of a sample. */
export interface UnsplitSample {
  /** Label indices; null where they are unknown. */
  readonly labels: readonly number[] | null;
  /** Null where none is given. */
  readonly split: Split | null;
}

export interface SplitSettings {
  /** Fraction of the labelled samples, as `test`; the rest is TRAIN. */
  readonly validation: number;
  readonly test: number;
  /** 1: each label keeps its proportion in every split; 2: each pair of labels too. */
  readonly order: 1 | 2;
}

/**
 * The split of every sample. Given splits are kept and count towards the fractions; the others are
 * stratified over labels. A sample whose labels are unknown is TEST, also where another split is
 * given, and takes no part in the stratification. The result depends on the order of the samples:
 * sort them first.
 *
 * @param groups `[N]`: labelled samples with the same number get the same split
 */
export function splitDataset(
  samples: readonly UnsplitSample[],
  { validation, test, order }: SplitSettings,
  rng: Rng,
  groups?: Int32Array,
): Split[] {
  if (!(validation >= 0 && test >= 0 && validation + test <= 1)) {
    throw badUserInput(
      `expected fractions of at least 0 with a sum of at most 1 for \`split\` but received validation ${validation} and test ${test}`,
    );
  }
  const labelled = samples.filter((sample) => sample.labels !== null);
  const each = packLabelSets(labelled.map((sample) => sample.labels ?? []));
  const labelSets = order === 2 ? pairLabelSets(each) : each;
  if (!labelSets) {
    throw badUserInput(
      `expected at most ${MAX_PAIRS} pairs of labels for \`split.order\` 2 but received more; use 1`,
    );
  }
  const fixed = Int8Array.from(labelled, ({ split }) =>
    split === null ? FREE : SPLITS.indexOf(split),
  );
  const shares = [Math.max(0, 1 - validation - test), validation, test];
  const kept = groups && labelledOnly(groups, samples);
  const folds = stratifyGroups(labelSets, shares, rng, fixed, kept);
  let next = 0;
  return samples.map(({ labels }) => (labels === null ? 'TEST' : SPLITS[folds[next++]!]!));
}

function labelledOnly(groups: Int32Array, samples: readonly UnsplitSample[]): Int32Array {
  return groups.filter((_, sample) => samples[sample]!.labels !== null);
}
