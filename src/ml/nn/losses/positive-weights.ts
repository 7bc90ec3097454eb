import { constant } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { LabelStatistics } from './label-statistics.js';

const LIMIT = 100;

/** Negatives ÷ positives of each label, at most 100: `[L]`. */
export function positiveWeights({ positives, negatives }: LabelStatistics): Node {
  const weights = Array.from(positives, (count, label) =>
    count === 0 ? LIMIT : Math.min(negatives[label]! / count, LIMIT),
  );
  return constant(weights, [weights.length]);
}
