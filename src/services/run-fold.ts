import { badUserInput } from '../errors/bad-user-input.js';
import { type Fold, VALIDATION_SHARE } from '../ml/data/fold-splits.js';

const MAX_FOLDS = 20;
/** Samples in a fold, so that VALIDATION gets one of the others. */
const MIN_FOLD = Math.ceil(1 / VALIDATION_SHARE);

/**
 * @param name of the argument
 * @throws BAD_USER_INPUT
 */
export function checkFold(
  input: { count: number; index: number; seed?: number | null },
  name: 'fold' | 'folds',
): Fold {
  const { count, index, seed } = { ...input, seed: input.seed ?? 1 };
  if (count < 2 || count > MAX_FOLDS) {
    throw badUserInput(`expected 2 to ${MAX_FOLDS} for \`${name}.count\` but received ${count}`);
  }
  if (index < 0 || index >= count) {
    throw badUserInput(`expected 0 to ${count - 1} for \`fold.index\` but received ${index}`);
  }
  if (seed < 0) {
    throw badUserInput(`expected a whole number from 0 for \`${name}.seed\` but received ${seed}`);
  }
  return { count, index, seed };
}

/** Labelled samples that a fusion can use, by split. */
interface Usable {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** that it cannot */
  readonly lacking: number;
}

/**
 * About how many usable samples a fold's splits have; how many exactly, is known when they are dealt.
 * @throws BAD_USER_INPUT where there are too few to deal
 */
export function usableInFold(usable: Usable, fold: Fold): Usable {
  const all = usable.train + usable.validation + usable.test;
  if (all < fold.count * MIN_FOLD) {
    throw badUserInput(
      `expected fewer folds but received ${fold.count}: the fusion can use ${all} labelled samples, and a fold takes at ` +
        `least ${MIN_FOLD}`,
    );
  }
  const test = Math.ceil(all / fold.count);
  const validation = Math.ceil((all - test) * VALIDATION_SHARE);
  return { ...usable, train: all - test - validation, validation, test };
}
