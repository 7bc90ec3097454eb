import { expect, it } from 'vitest';
import { carriedLabelSets, packLabelSets } from '../../../../src/ml/data/label-sets.js';

it('label sets without their unknown labels are those of what is carried', () => {
  const samples = [[0, ~2], [~1], [], [~0, ~1, ~2], [1, 2, ~0], [2]];
  const carried = samples.map((labels) => labels.filter((label) => label >= 0));
  expect(carriedLabelSets(packLabelSets(samples))).toEqual(packLabelSets(carried));
  const known = packLabelSets(carried);
  expect(carriedLabelSets(known)).toEqual(known);
});
