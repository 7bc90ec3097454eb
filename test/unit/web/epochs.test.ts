import { expect, test } from 'vitest';
import { epochsAfter } from '../../../web/src/parts/epochs.ts';

const of = (...epochs: number[]) => epochs.map((epoch) => ({ epoch }));

test('of what events tell only later epochs are added, in order and once each', () => {
  expect(epochsAfter(of(), of(1, 2))).toEqual(of(1, 2));
  // A thinned history, which lacks what lies between.
  expect(epochsAfter(of(1, 40, 50), of(49, 50, 51, 52))).toEqual(of(51, 52));
  expect(epochsAfter(of(1, 40, 50), of(52, 51, 51, 7))).toEqual(of(51, 52));
  expect(epochsAfter(of(1, 2), of())).toEqual([]);
});
