import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import {
  type Split,
  splitDataset,
  type UnsplitSample,
} from '../../../../src/ml/data/split-dataset.js';

const samplesOf = (
  count: number,
  labels: (i: number) => number[] | null,
  split: (i: number) => Split | null = () => null,
): UnsplitSample[] =>
  Array.from({ length: count }, (_, i) => ({ labels: labels(i), split: split(i) }));
const sizes = (splits: Split[]) =>
  ['TRAIN', 'VALIDATION', 'TEST'].map((name) => splits.filter((s) => s === name).length);
const TENTHS = { validation: 0.1, test: 0.1, order: 1 } as const;

describe('splitting a data set', () => {
  it('parts the labelled samples by the fractions', () => {
    const splits = splitDataset(
      samplesOf(200, (i) => [i % 5]),
      TENTHS,
      Rng.fromSeed(1),
    );
    expect(sizes(splits)).toEqual([160, 20, 20]);
  });

  it('puts unknown labels into TEST, outside the fractions, whatever split is given', () => {
    const splits = splitDataset(
      samplesOf(
        250,
        (i) => (i < 50 ? null : [i % 5]),
        (i) => (i < 10 ? 'TRAIN' : null),
      ),
      TENTHS,
      Rng.fromSeed(1),
    );
    expect(splits.slice(0, 50).every((split) => split === 'TEST')).toBe(true);
    expect(sizes(splits.slice(50))).toEqual([160, 20, 20]);
  });

  it('keeps given splits and fills up the rest', () => {
    const splits = splitDataset(
      samplesOf(
        100,
        (i) => [i % 5],
        (i) => (i < 8 ? 'VALIDATION' : i < 30 ? 'TRAIN' : null),
      ),
      TENTHS,
      Rng.fromSeed(1),
    );
    expect(splits.slice(0, 30)).toEqual([
      ...Array(8).fill('VALIDATION'),
      ...Array(22).fill('TRAIN'),
    ]);
    expect(sizes(splits)).toEqual([80, 10, 10]);
  });

  it('counts samples known to have no label among the labelled', () => {
    expect(
      sizes(
        splitDataset(
          samplesOf(100, () => []),
          TENTHS,
          Rng.fromSeed(1),
        ),
      ),
    ).toEqual([80, 10, 10]);
  });

  it('takes fractions of 0 and a sum of 1', () => {
    const samples = samplesOf(50, (i) => [i % 2]);
    expect(
      sizes(splitDataset(samples, { validation: 0, test: 0, order: 1 }, Rng.fromSeed(1))),
    ).toEqual([50, 0, 0]);
    expect(
      sizes(splitDataset(samples, { validation: 0.7, test: 0.3, order: 1 }, Rng.fromSeed(1))),
    ).toEqual([0, 35, 15]);
  });

  it('refuses fractions below 0, above 1 in sum, or not a number', () => {
    for (const [validation, test] of [
      [-0.1, 0.1],
      [0.6, 0.6],
      [Number.NaN, 0],
    ] as const) {
      expect(() => splitDataset([], { validation, test, order: 1 }, Rng.fromSeed(1))).toThrow(
        'fractions',
      );
    }
  });

  it('of second order keeps the proportions of pairs of labels, where the first order loses them', () => {
    // Labels 0 and 1 are each in half of the samples and meet in 30 of 300.
    const rng = Rng.fromSeed(3);
    const samples = rng
      .shuffle(Int32Array.from({ length: 300 }, (_, i) => i))
      .reduce<UnsplitSample[]>((all, i) => {
        const labels = i < 30 ? [0, 1] : i < 150 ? [0] : i < 270 ? [1] : [2];
        all.push({ labels, split: null });
        return all;
      }, []);
    const pairsInTest = (order: 1 | 2, seed: number) => {
      const splits = splitDataset(samples, { ...TENTHS, order }, Rng.fromSeed(seed));
      return samples.filter(({ labels }, i) => labels?.length === 2 && splits[i] === 'TEST').length;
    };
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    expect(seeds.map((seed) => pairsInTest(2, seed))).toEqual(seeds.map(() => 3));
    expect(seeds.some((seed) => pairsInTest(1, seed) !== 3)).toBe(true);
  });

  it('of second order still keeps the proportions of labels', () => {
    const samples = samplesOf(400, (i) => (i % 4 === 0 ? [0, 1] : [i % 3]));
    const splits = splitDataset(samples, { ...TENTHS, order: 2 }, Rng.fromSeed(1));
    for (const label of [0, 1, 2]) {
      const having = samples.flatMap(({ labels }, i) => (labels?.includes(label) ? [i] : []));
      const inTest = having.filter((i) => splits[i] === 'TEST').length;
      expect(Math.abs(inTest - having.length / 10)).toBeLessThanOrEqual(1);
    }
  });

  it.each([1, 2] as const)('of order %i keeps groups together and the fractions near', (order) => {
    const samples = samplesOf(600, (i) => (i % 50 === 0 ? null : [i % 5, 5 + (i % 2)]));
    const groups = Int32Array.from({ length: 600 }, (_, i) => Math.floor(i / 3));
    const splits = splitDataset(samples, { ...TENTHS, order }, Rng.fromSeed(1), groups);
    const [train, validation, test] = sizes(splits.filter((_, i) => samples[i]!.labels));
    expect(train).toBeGreaterThan(450);
    // A group of three cannot be parted: two of them more or less.
    expect(Math.abs(validation! - 59)).toBeLessThanOrEqual(6);
    expect(Math.abs(test! - 59)).toBeLessThanOrEqual(6);
    for (let group = 0; group < 200; group++) {
      const own = [0, 1, 2].map((i) => 3 * group + i).filter((i) => samples[i]!.labels !== null);
      expect(new Set(own.map((i) => splits[i])).size).toBe(1);
    }
  });

  it('lets a given split lead its group, and keeps given splits apart where they differ', () => {
    const given: (Split | null)[] = [null, 'TEST', null, 'TRAIN', 'VALIDATION', null];
    const samples = given.map((split): UnsplitSample => ({ labels: [0], split }));
    const groups = Int32Array.of(0, 0, 0, 1, 1, 1);
    const splits = splitDataset(samples, TENTHS, Rng.fromSeed(1), groups);
    expect(splits).toEqual(['TEST', 'TEST', 'TEST', 'TRAIN', 'VALIDATION', 'TRAIN']);
  });

  it('of second order refuses more pairs of labels than can be weighed in time', () => {
    const samples = samplesOf(300, (i) => Array.from({ length: 12 }, (_, k) => i * 12 + k));
    expect(() => splitDataset(samples, { ...TENTHS, order: 2 }, Rng.fromSeed(1))).toThrow(
      'expected at most 20000 pairs of labels for `split.order` 2 but received more; use 1',
    );
  });
});
