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
const TENTHS = { validation: 0.1, test: 0.1 };

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
    expect(sizes(splitDataset(samples, { validation: 0, test: 0 }, Rng.fromSeed(1)))).toEqual([
      50, 0, 0,
    ]);
    expect(sizes(splitDataset(samples, { validation: 0.7, test: 0.3 }, Rng.fromSeed(1)))).toEqual([
      0, 35, 15,
    ]);
  });

  it('refuses fractions below 0, above 1 in sum, or not a number', () => {
    for (const [validation, test] of [
      [-0.1, 0.1],
      [0.6, 0.6],
      [Number.NaN, 0],
    ] as const) {
      expect(() => splitDataset([], { validation, test }, Rng.fromSeed(1))).toThrow('fractions');
    }
  });
});
