import { constant } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { LabelStatistics } from './label-statistics.js';

const LIMIT = 100;

/** Negatives ÷ positives of each label, at most 100: `[L]`. */
export function positiveWeights({ samples, positives }: LabelStatistics): Node {
  const weights = Array.from(positives, (count) => Math.min((samples - count) / count, LIMIT));
  return constant(weights, [weights.length]);
}
