import { describe, expect, it } from 'vitest';
import { Pace } from '../../../../src/ml/train/pace.js';

describe('the pace', () => {
  it('starts with one step and settles where a run takes less than a quarter of a second', () => {
    const pace = new Pace(1000);
    const taken: number[] = [];
    for (let run = 0; run < 8; run++) {
      const steps = pace.next(10_000);
      taken.push(steps * 5);
      pace.record(steps, steps * 5);
    }
    expect(taken[0]).toBe(5);
    expect(taken.at(-1)).toBe(220);
    expect(Math.max(...taken)).toBeLessThan(250);
  });

  it('slows down at once', () => {
    const pace = new Pace(1000);
    pace.record(100, 100);
    pace.record(100, 20_000);
    expect(pace.next(1000)).toBe(1);
  });

  it('keeps to what is left and to the limit', () => {
    const pace = new Pace(10);
    pace.record(100, 1);
    expect(pace.next(1000)).toBe(10);
    expect(pace.next(3)).toBe(3);
  });
});
