import type { Fold } from '../ml/data/fold-splits.js';
import { checkFold } from './run-fold.js';

/** The folds that an experiment's cells are trained on, each of them; null: the splits are the version's. */
export type Folds = Pick<Fold, 'count' | 'seed'> | null;

/** A cell's run: at a seed and, where there are folds, on one of them. */
export interface Repeat {
  readonly seed: number;
  readonly fold: Fold | null;
}

export interface Repeated {
  readonly seeds: readonly number[];
  readonly folds: Folds;
}

/** @throws BAD_USER_INPUT */
export function checkFolds(
  input: { count: number; seed?: number | null } | null | undefined,
): Folds {
  if (!input) return null;
  const { count, seed } = checkFold({ ...input, index: 0 }, 'folds');
  return { count, seed };
}

/** What every cell is trained for: seed after seed, in each fold after fold. */
export function repeatsOf({ seeds, folds }: Repeated): Repeat[] {
  return seeds.flatMap((seed): Repeat[] =>
    folds
      ? Array.from({ length: folds.count }, (_, index) => ({ seed, fold: { ...folds, index } }))
      : [{ seed, fold: null }],
  );
}
