import { badUserInput } from '../../errors/bad-user-input.js';
import { FREE, stratify } from './iterative-stratification.js';
import type { Rng } from './rng.js';

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

/** Fractions of the labelled samples; the rest is TRAIN. */
export interface SplitFractions {
  readonly validation: number;
  readonly test: number;
}

/**
 * The split of every sample. Given splits are kept and count towards the fractions; the others are
 * stratified over labels. A sample whose labels are unknown is TEST, also where another split is
 * given, and takes no part in the stratification. The result depends on the order of the samples:
 * sort them first.
 */
export function splitDataset(
  samples: readonly UnsplitSample[],
  { validation, test }: SplitFractions,
  rng: Rng,
): Split[] {
  if (!(validation >= 0 && test >= 0 && validation + test <= 1)) {
    throw badUserInput(
      `expected fractions of at least 0 with a sum of at most 1 for \`split\` but received validation ${validation} and test ${test}`,
    );
  }
  const labelled = samples.filter((sample) => sample.labels !== null);
  const folds = stratify(
    labelled.map((sample) => sample.labels ?? []),
    [Math.max(0, 1 - validation - test), validation, test],
    rng,
    Int8Array.from(labelled, ({ split }) => (split === null ? FREE : SPLITS.indexOf(split))),
  );
  let next = 0;
  return samples.map(({ labels }) => (labels === null ? 'TEST' : SPLITS[folds[next++]!]!));
}
