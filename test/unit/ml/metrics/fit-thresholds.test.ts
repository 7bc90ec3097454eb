import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { fitThresholds } from '../../../../src/ml/metrics/fit-thresholds.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import { bestF1 } from './brute-force.js';
import { randomSplit } from './random-split.js';

/** One label's scores and targets as the engine takes them. */
const fitOne = (scores: number[], targets: number[]) =>
  fitThresholds('PER_LABEL', null, Float32Array.from(scores), Uint8Array.from(targets), 1)[0]!;

describe('fitted thresholds', () => {
  it('PER_LABEL reaches the highest F1 of every label, on 400 random splits', () => {
    for (let seed = 0; seed < 400; seed++) {
      const { scores, targets, thresholds } = randomSplit(seed);
      const args = [
        Float32Array.from(scores.flat()),
        Uint8Array.from(targets.flat()),
        thresholds.length,
      ] as const;
      const fitted = fitThresholds('PER_LABEL', null, ...args);
      for (const { label, support, f1, threshold } of labelMetrics(...args, fitted)) {
        if (support === 0) expect(threshold).toBe(0.5);
        const best = bestF1(
          scores.map((row) => row[label]!),
          targets.map((row) => row[label]!),
        );
        if (support > 0) expect(f1, `seed ${seed}, label ${label}`).toBeCloseTo(best, 12);
      }
    }
  });

  it('GLOBAL reaches the highest micro-F1 of any single threshold, on 400 random splits', () => {
    for (let seed = 0; seed < 400; seed++) {
      const { scores, targets, thresholds } = randomSplit(seed);
      const args = [
        Float32Array.from(scores.flat()),
        Uint8Array.from(targets.flat()),
        thresholds.length,
      ] as const;
      const fitted = fitThresholds('GLOBAL', null, ...args);
      expect(new Set(fitted).size).toBe(1);
      if (!targets.flat().includes(1)) {
        expect(fitted[0]).toBe(0.5);
        continue;
      }
      const best = bestF1(scores.flat(), targets.flat());
      expect(evaluate(...args, fitted).microF1, `seed ${seed}`).toBeCloseTo(best, 12);
    }
  });

  it('FIXED is the value given, or 0.5, for every label', () => {
    const none = [new Float32Array(0), new Uint8Array(0), 3] as const;
    expect([...fitThresholds('FIXED', null, ...none)]).toEqual([0.5, 0.5, 0.5]);
    expect([...fitThresholds('FIXED', 0.25, ...none)]).toEqual([0.25, 0.25, 0.25]);
  });

  it('a label without a positive, or a split without a sample, falls back to 0.5', () => {
    expect(fitOne([0.9, 0.1], [0, 0])).toBe(0.5);
    expect(fitOne([], [])).toBe(0.5);
    expect([...fitThresholds('GLOBAL', null, new Float32Array(0), new Uint8Array(0), 2)]).toEqual([
      0.5, 0.5,
    ]);
  });
});

describe('where the cut lies', () => {
  it('midway between the neighbouring scores', () => {
    expect(fitOne([0.25, 0.75], [0, 1])).toBe(0.5);
    expect(fitOne([0.125, 0.25], [0, 1])).toBe(0.1875);
  });

  it('halfway to 0 where everything is predicted', () => {
    expect(fitOne([0.5, 0.75], [1, 1])).toBe(0.25);
    expect(fitOne([0, 0], [1, 0])).toBe(0);
  });

  it('nearest to 0.5 among equally good cuts, then the higher one', () => {
    // F1 is 2/3 above the second score (1 of 1, 1 missed) and at everything (2 of 4).
    const scores = [1, 0.9375, 0.875, 0.0625];
    const targets = [1, 0, 0, 1];
    expect(bestF1(scores, targets)).toBeCloseTo(2 / 3, 12);
    expect(fitOne(scores, targets)).toBe(0.96875); // as far from 0.5 as 0.03125
    expect(fitOne([1, 0.75, 0.625, 0.5], targets)).toBe(0.25);
  });

  it('never splits a tie, and parts neighbouring float32 scores in either precision', () => {
    const low = Math.fround(0.3);
    const high = nextFloat32(low);
    const threshold = fitOne([low, low, high], [0, 0, 1]);
    expect(threshold).toBe(Math.fround(threshold));
    expect(threshold).toBeGreaterThan(low);
    expect(threshold).toBeLessThanOrEqual(high);
    const odd = nextFloat32(high);
    const other = fitOne([high, odd], [0, 1]);
    expect(Math.fround(other)).toBeGreaterThan(high);
    expect(Math.fround(other)).toBeLessThanOrEqual(odd);
  });

  it('parts neighbouring float64 scores', () => {
    const low = 1 - Number.EPSILON;
    const scores = Float64Array.of(low, 1, low - Number.EPSILON / 2);
    const [threshold] = fitThresholds('PER_LABEL', null, scores, Uint8Array.of(0, 1, 0), 1);
    expect(threshold).toBeGreaterThan(low);
    expect(threshold).toBeLessThanOrEqual(1);
  });
});

function nextFloat32(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0]!++;
  return new Float32Array(bits.buffer)[0]!;
}
