import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { averagePrecision } from '../../../../src/ml/metrics/average-precision.js';
import { bootstrapMap, pairedBootstrapMap } from '../../../../src/ml/metrics/bootstrap.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { rank } from '../../../../src/ml/metrics/ranking.js';
import {
  orderSamples,
  weightedAveragePrecision,
} from '../../../../src/ml/metrics/weighted-ranking.js';
import { averagePrecisionOf } from './brute-force.js';
import { randomSplit, testRandom } from './random-split.js';

interface WeightedCase {
  name: string;
  scores: number[];
  targets: number[];
  resamples: { weights: number[]; averagePrecision: number | null }[];
}

const fixture = new URL('../../../fixtures/sklearn/bootstrap.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: WeightedCase[] };

describe('weighted average precision', () => {
  it.each(cases)('equals scikit-learn with sample_weight: $name', (it) => {
    const order = orderSamples(Float64Array.from(it.scores), Uint8Array.from(it.targets), 1, 0);
    for (const { weights, averagePrecision: expected } of it.resamples) {
      const actual = weightedAveragePrecision(order, Uint32Array.from(weights));
      if (expected === null) expect(actual).toBeNull();
      else expect(actual).toBeCloseTo(expected, 12);
    }
  });

  it('equals averagePrecision where every weight is 1, on 400 random splits', () => {
    for (let seed = 0; seed < 400; seed++) {
      const { scores, targets, numLabels } = flat(seed);
      for (let label = 0; label < numLabels; label++) {
        const order = orderSamples(scores, targets, numLabels, label);
        const actual = weightedAveragePrecision(
          order,
          new Uint32Array(scores.length / numLabels).fill(1),
        );
        const expected = averagePrecision(rank(scores, targets, numLabels, label));
        if (expected === null) expect(actual).toBeNull();
        else expect(actual, `seed ${seed}`).toBeCloseTo(expected, 12);
      }
    }
  });
});

describe('the bootstrap of mAP', () => {
  it('equals resampling in plain code on the same draws, over two score sets', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { scores, targets, numLabels } = flat(seed);
      if (!targets.includes(1)) continue;
      const noise = testRandom(seed + 1000);
      const other = scores.map((score) => Math.round(10 * (score + noise())) / 20);
      const options = { resamples: 25, level: 0.8, seed };
      const samples = scores.length / numLabels;
      const draws = drawPlainly(seed, samples, 25, (rows) =>
        rows.some((row) => rowOf(targets, numLabels, row).includes(1)),
      );
      const of = (set: ArrayLike<number>) =>
        draws.map((rows) => plainMap(set, targets, numLabels, rows));
      const [first, second] = [of(scores), of(other)];

      const mean = draws.map((_, i) => (first[i]! + second[i]!) / 2);
      const all = Array.from({ length: samples }, (_, row) => row);
      const whole = [scores, other].map((set) => plainMap(set, targets, numLabels, all));
      const actual = bootstrapMap([scores, other], targets, numLabels, options);
      expect(actual.mean).toBeCloseTo((whole[0]! + whole[1]!) / 2, 12);
      expect(actual.low).toBeCloseTo(plainQuantile(mean, 0.1), 12);
      expect(actual.high).toBeCloseTo(plainQuantile(mean, 0.9), 12);

      const difference = draws.map((_, i) => first[i]! - second[i]!);
      const paired = pairedBootstrapMap([scores], [other], targets, numLabels, options);
      expect(paired.mean).toBeCloseTo(whole[0]! - whole[1]!, 12);
      expect(paired.low).toBeCloseTo(plainQuantile(difference, 0.1), 12);
      expect(paired.high).toBeCloseTo(plainQuantile(difference, 0.9), 12);
    }
  });

  it('has as mean what evaluate calls mAP, labels without a positive left out', () => {
    const scores = Float32Array.of(0.9, 0.1, 0.3, 0.4, 0.2, 0.8, 0.8, 0.7, 0.3);
    const targets = Uint8Array.of(1, 0, 0, 1, 0, 1, 0, 0, 1);
    const { meanAveragePrecision, undefinedLabels } = evaluate(scores, targets, 3, 0.5);
    expect(undefinedLabels).toEqual([1]);
    const options = { resamples: 10, level: 0.9, seed: 1 };
    expect(bootstrapMap([scores], targets, 3, options).mean).toBe(meanAveragePrecision);
  });

  it('holds the true mAP about as often as its level says', () => {
    // Scores y + noise of a population with rate 1/2: its AP is that of one very large draw.
    const draw = (random: () => number, samples: number) => {
      const targets = Uint8Array.from({ length: samples }, () => (random() < 0.5 ? 1 : 0));
      const scores = Float64Array.from(targets, (y) => 0.5 * y + random());
      return { scores, targets };
    };
    const population = draw(testRandom(7), 200_000);
    const truth = averagePrecision(rank(population.scores, population.targets, 1, 0))!;
    const trials = 200;
    let holds = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { scores, targets } = draw(testRandom(100 + trial), 120);
      const options = { resamples: 200, level: 0.9, seed: trial };
      const { low, high } = bootstrapMap([scores], targets, 1, options);
      if (low <= truth && truth <= high) holds++;
    }
    // 180 ± 4.2 if the level is met; the percentile interval falls somewhat short of it.
    expect(holds).toBeGreaterThanOrEqual(166);
    expect(holds).toBeLessThanOrEqual(193);
  });

  it('draws again where a resample has no positive', () => {
    const targets = Uint8Array.of(1, 0, 0);
    const scores = Float32Array.of(0.9, 0.2, 0.1);
    expect(bootstrapMap([scores], targets, 1, { resamples: 50, level: 0.9, seed: 3 })).toEqual({
      mean: 1,
      low: 1,
      high: 1,
    });
  });
});

describe('the paired bootstrap', () => {
  const random = testRandom(5);
  const targets = Uint8Array.from({ length: 400 }, () => (random() < 0.3 ? 1 : 0));
  const scored = (signal: number) =>
    Float32Array.from(targets, (y) => signal * y + (1 - signal) * random());
  const good = scored(0.4);
  const poor = scored(0.1);
  const options = { resamples: 199, level: 0.95, seed: 11 };

  it('of identical inputs is 0 throughout, and no sign of a difference', () => {
    expect(pairedBootstrapMap([good], [good], targets, 2, options)).toEqual({
      mean: 0,
      low: 0,
      high: 0,
      pValue: 1,
    });
  });

  it('tells a clear difference, with the opposite sign the other way round', () => {
    const there = pairedBootstrapMap([good], [poor], targets, 2, options);
    const back = pairedBootstrapMap([poor], [good], targets, 2, options);
    expect(there.low).toBeGreaterThan(0);
    expect(there.pValue).toBe(2 / 200);
    expect([back.mean, back.low, back.high, back.pValue]).toEqual(
      [-there.mean, -there.high, -there.low, there.pValue].map((x) => expect.closeTo(x, 12)),
    );
  });

  it('draws the same resamples as the unpaired one, so that a constant shift shows alone', () => {
    const perfect = Float32Array.from(targets);
    const { mean, low, high } = bootstrapMap([poor], targets, 2, options);
    const paired = pairedBootstrapMap([perfect], [poor], targets, 2, options);
    expect(paired.mean).toBeCloseTo(1 - mean, 12);
    expect(paired.low).toBeCloseTo(1 - high, 12);
    expect(paired.high).toBeCloseTo(1 - low, 12);
  });

  it('is narrower than two unpaired intervals would be, for scores that err alike', () => {
    const alike = poor.map((score, i) => score + (i % 7 === 0 ? 0.02 : 0));
    const { low, high } = pairedBootstrapMap([poor], [alike], targets, 2, options);
    const alone = bootstrapMap([poor], targets, 2, options);
    expect(high - low).toBeLessThan((alone.high - alone.low) / 2);
  });

  it('halves the noise of many seeds by their mean: sets may differ in number', () => {
    const paired = pairedBootstrapMap([good, poor], [poor], targets, 2, options);
    const alone = pairedBootstrapMap([good], [poor], targets, 2, options);
    expect(paired.mean).toBeCloseTo(alone.mean / 2, 12);
    expect(paired.high).toBeCloseTo(alone.high / 2, 12);
  });
});

describe('what the bootstrap refuses', () => {
  const scores = Float32Array.of(0.1, 0.9);
  const targets = Uint8Array.of(0, 1);
  const options = { resamples: 10, level: 0.9, seed: 0 };
  const refusal = (given: Partial<typeof options>, of = targets, sets = [scores]) =>
    expect(() => bootstrapMap(sets, of, 1, { ...options, ...given }));

  it('options out of range, no score set, no positive, shapes that do not fit', () => {
    refusal({ resamples: 0 }).toThrow('`resamples` but received 0');
    refusal({ resamples: 2.5 }).toThrow('`resamples` but received 2.5');
    refusal({ level: 1 }).toThrow('`level` but received 1');
    refusal({ level: Number.NaN }).toThrow('`level` but received NaN');
    refusal({ seed: 0.5 }).toThrow('`seed` but received 0.5');
    refusal({}, targets, []).toThrow('`scoreSets` but received none');
    refusal({}, new Uint8Array(2)).toThrow('`targets` but received none');
    refusal({}, Uint8Array.of(1, 1, 1)).toThrow('`targets.length` but received 3');
    expect(() => pairedBootstrapMap([scores], [], targets, 1, options)).toThrow('`b`');
  });
});

function flat(seed: number) {
  const { scores, targets, thresholds } = randomSplit(seed);
  return {
    scores: Float32Array.from(scores.flat()),
    targets: Uint8Array.from(targets.flat()),
    numLabels: thresholds.length,
  };
}

const rowOf = (values: ArrayLike<number>, numLabels: number, row: number) =>
  Array.from({ length: numLabels }, (_, label) => values[row * numLabels + label]!);

/** Rows of each resample, drawn one after the other; those that `accepts` refuses are drawn again. */
function drawPlainly(
  seed: number,
  samples: number,
  count: number,
  accepts: (rows: number[]) => boolean,
): number[][] {
  const rng = Rng.fromSeed(seed);
  const draws: number[][] = [];
  while (draws.length < count) {
    const rows = Array.from({ length: samples }, () => rng.below(samples));
    if (accepts(rows)) draws.push(rows);
  }
  return draws;
}

/** mAP of the rows, copied out one by one, over the labels that have a positive among them. */
function plainMap(
  scores: ArrayLike<number>,
  targets: Uint8Array,
  numLabels: number,
  rows: number[],
): number {
  const precisions: number[] = [];
  for (let label = 0; label < numLabels; label++) {
    const truth = rows.map((row) => rowOf(targets, numLabels, row)[label]!);
    if (!truth.includes(1)) continue;
    const column = rows.map((row) => rowOf(scores, numLabels, row)[label]!);
    precisions.push(averagePrecisionOf(column, truth));
  }
  return precisions.reduce((a, b) => a + b) / precisions.length;
}

/** Hyndman and Fan's type 7, the default of NumPy and R. */
function plainQuantile(values: number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const rest = at % 1;
  return (1 - rest) * sorted[at - rest]! + rest * (sorted[at - rest + 1] ?? 0);
}
