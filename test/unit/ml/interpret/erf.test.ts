import { describe, expect, it } from 'vitest';
import { erf } from '../../../../src/ml/interpret/erf.js';

/** Python's math.erf. */
const KNOWN: [number, number][] = [
  [0, 0],
  [1e-10, 1.1283791670955126e-10],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.4999, 0.9995928300996666],
  [2.5, 0.9995930479825551],
  [3, 0.9999779095030014],
  [5, 0.9999999999984626],
  [30, 1],
];

describe('erf', () => {
  it.each(KNOWN)('of %f is %f', (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(4e-16 + 4e-15 * expected);
    expect(erf(-x) + erf(x)).toBe(0);
  });
  it('of infinity is 1, and of NaN NaN', () => {
    expect(erf(Infinity)).toBe(1);
    expect(erf(Number.NaN)).toBeNaN();
  });
});
