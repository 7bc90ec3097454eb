import { expect, it } from 'vitest';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { labelStatistics } from '../../../../src/ml/nn/losses/label-statistics.js';
import { positiveWeights } from '../../../../src/ml/nn/losses/positive-weights.js';

it('positive weights are negatives ÷ positives over the samples named, at most 100', () => {
  const targets = Uint8Array.of(1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0);
  const weights = positiveWeights(labelStatistics(targets, 3, [0, 1, 2]));
  expect([...interpret({ outputs: { weights } }, {}).weights!.data]).toEqual([0.5, 100, 0]);
});
