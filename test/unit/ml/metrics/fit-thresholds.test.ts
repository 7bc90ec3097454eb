import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { evaluateFully } from '../../../../src/ml/metrics/evaluate-fully.js';
import { fitThresholds } from '../../../../src/ml/metrics/fit-thresholds.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import { bestF1 } from './brute-force.js';
import { randomSplit, testRandom } from './random-split.js';

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

  it('CARDINALITY predicts as many labels as any single threshold can come near, on 400 random splits', () => {
    for (let seed = 0; seed < 400; seed++) {
      const { scores, targets, thresholds } = randomSplit(seed);
      const fitted = fitThresholds(
        'CARDINALITY',
        null,
        Float32Array.from(scores.flat()),
        Uint8Array.from(targets.flat()),
        thresholds.length,
      );
      expect(new Set(fitted).size).toBe(1);
      const carried = targets.flat().filter((t) => t === 1).length;
      if (carried === 0) {
        expect(fitted[0]).toBe(0.5);
        continue;
      }
      const known = scores.flat().filter((_, at) => targets.flat()[at] !== 2);
      const missed = (cut: number) =>
        Math.abs(known.filter((score) => score >= cut).length - carried);
      const least = Math.min(...known.map(missed));
      expect(missed(fitted[0]!), `seed ${seed}`).toBe(least);
    }
  });

  it('CARDINALITY predicts fewer labels of two numbers that are equally near', () => {
    const [scores, targets] = [Float64Array.of(0.9, 0.5, 0.5), Uint8Array.of(1, 1, 0)];
    const [threshold] = fitThresholds('CARDINALITY', null, scores, targets, 1);
    expect(threshold).toBe(0.7);
  });

  it('CARDINALITY matches the mean number of labels exactly where no scores are tied', () => {
    const random = testRandom(2);
    const scores = Float64Array.from({ length: 300 }, random);
    const targets = Uint8Array.from(scores, (score) => (random() < score ** 2 ? 1 : 0));
    const fitted = fitThresholds('CARDINALITY', null, scores, targets, 3);
    const metrics = evaluateFully(scores, targets, 3, fitted);
    expect(metrics.predictedCardinality).toBe(metrics.trueCardinality);
    expect(metrics.microPrecision).toBe(metrics.microRecall);
  });

  it('CROSS_VALIDATED equals folds left out one by one in plain code, on 100 random splits', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { scores, targets, thresholds } = randomSplit(seed);
      const args = [
        Float32Array.from(scores.flat()),
        Uint8Array.from(targets.flat()),
        thresholds.length,
      ] as const;
      const fitted = fitThresholds('CROSS_VALIDATED', null, ...args);
      const global = fitThresholds('GLOBAL', null, ...args)[0]!;
      const rng = Rng.fromSeed(0);
      const deal = (count: number) =>
        rng.shuffle(Array.from({ length: count }, (_, i) => i % 5)).entries();
      fitted.forEach((threshold, label) => {
        const scoresWhere = (target: number) =>
          scores
            .filter((_, row) => targets[row]![label] === target)
            .map((row) => row[label]!)
            .sort((a, b) => a - b);
        const [ones, zeros] = [scoresWhere(1), scoresWhere(0)];
        const samples = [
          ...[...deal(ones.length)].map(([i, fold]) => ({ score: ones[i]!, target: 1, fold })),
          ...[...deal(zeros.length)].map(([i, fold]) => ({ score: zeros[i]!, target: 0, fold })),
        ];
        const own = [0, 1, 2, 3, 4]
          .map((fold) => samples.filter((sample) => sample.fold !== fold))
          .filter((kept) => kept.some(({ target }) => target === 1))
          .map((kept) =>
            fitOne(
              kept.map(({ score }) => score),
              kept.map(({ target }) => target),
            ),
          );
        const mean = own.reduce((a, b) => a + b, 0) / own.length;
        const support = ones.length;
        const expected = support === 0 ? global : (support * mean + 3 * global) / (support + 3);
        expect(threshold, `seed ${seed}, label ${label}`).toBe(Math.fround(expected));
      });
    }
  });

  it('CROSS_VALIDATED does better than PER_LABEL on samples that it has not seen', () => {
    const rates = [0.01, 0.02, 0.05, 0.1, 0.3];
    const random = testRandom(4);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    // Two normal distributions 2 apart: these are the probabilities that Bayes' rule gives.
    const draw = (samples: number) => {
      const targets = new Uint8Array(samples * rates.length);
      const scores = Float32Array.from(targets, (_, at) => {
        const rate = rates[at % rates.length]!;
        targets[at] = random() < rate ? 1 : 0;
        const logit = 2 * (normal() + 2 * targets[at]! - 1) + Math.log(rate / (1 - rate));
        return 1 / (1 + Math.exp(-logit));
      });
      return [scores, targets, rates.length] as const;
    };
    const fresh = draw(4000);
    let gain = 0;
    for (let trial = 0; trial < 20; trial++) {
      const validation = draw(400);
      const macroF1 = (kind: 'PER_LABEL' | 'CROSS_VALIDATED') =>
        evaluate(...fresh, fitThresholds(kind, null, ...validation)).macroF1!;
      gain += macroF1('CROSS_VALIDATED') - macroF1('PER_LABEL');
    }
    expect(gain / 20).toBeGreaterThan(0.002);
  });

  it('FIXED is the value given, or 0.5, for every label', () => {
    const none = [new Float32Array(0), new Uint8Array(0), 3] as const;
    expect([...fitThresholds('FIXED', null, ...none)]).toEqual([0.5, 0.5, 0.5]);
    expect([...fitThresholds('FIXED', 0.25, ...none)]).toEqual([0.25, 0.25, 0.25]);
  });

  it('a label without a positive, or a split without a sample, falls back to 0.5', () => {
    expect(fitOne([0.9, 0.1], [0, 0])).toBe(0.5);
    expect(fitOne([], [])).toBe(0.5);
    for (const kind of ['GLOBAL', 'CROSS_VALIDATED', 'CARDINALITY'] as const) {
      const none = fitThresholds(kind, null, new Float32Array(0), new Uint8Array(0), 2);
      expect([...none]).toEqual([0.5, 0.5]);
    }
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
