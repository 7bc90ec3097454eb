import { describe, expect, test } from 'vitest';
import { foldSplits } from '../../../../src/ml/data/fold-splits.js';
import { packLabelSets } from '../../../../src/ml/data/label-sets.js';
import { Rng } from '../../../../src/ml/data/rng.js';
import type { Split } from '../../../../src/ml/data/split-dataset.js';

const N = 1000;
const rng = Rng.fromSeed(3);
/** Labels of falling frequency; the second comes with the first alone. */
const samples = Array.from({ length: N }, () => {
  const own = [0.5, 0, 0.2, 0.1].flatMap((rate, label) => (rng.uniform() < rate ? label : []));
  if (own.includes(0) && rng.uniform() < 0.4) own.push(1);
  return own;
});
const sets = packLabelSets(samples);
const fold = (index: number, seed = 1) => ({ count: 5, index, seed });
const all = [0, 1, 2, 3, 4].map((index) => foldSplits(sets, fold(index)));

const count = (splits: readonly Split[], split: Split, has: (labels: number[]) => boolean) =>
  splits.filter((each, sample) => each === split && has(samples[sample]!)).length;

describe('folds', () => {
  test('part the samples: each is TEST once', () => {
    for (let sample = 0; sample < N; sample++) {
      expect(all.filter((splits) => splits[sample] === 'TEST')).toHaveLength(1);
    }
  });

  test('have their part of every label and pair of labels, as has VALIDATION', () => {
    const wanted = [
      () => true,
      ...[0, 1, 2, 3].map((label) => (labels: number[]) => labels.includes(label)),
      (labels: number[]) => labels.includes(0) && labels.includes(1),
      (labels: number[]) => labels.includes(0) && labels.includes(2),
    ];
    for (const has of wanted) {
      const total = samples.filter((labels) => has(labels)).length;
      expect(total).toBeGreaterThan(80);
      for (const splits of all) {
        expect(Math.abs(count(splits, 'TEST', has) - total / 5)).toBeLessThanOrEqual(3);
        expect(Math.abs(count(splits, 'VALIDATION', has) - total * 0.08)).toBeLessThanOrEqual(3);
      }
    }
  });

  test('are the same for the same seed, and others for another', () => {
    expect(foldSplits(sets, fold(2))).toEqual(all[2]);
    expect(foldSplits(sets, fold(2, 2))).not.toEqual(all[2]);
  });

  test('keep groups together, in the fold and in VALIDATION', () => {
    const groups = Int32Array.from({ length: N }, (_, sample) => Math.floor(sample / 4));
    const grouped = [0, 1, 2, 3, 4].map((index) => foldSplits(sets, fold(index), groups));
    for (const splits of grouped) {
      expect(new Set(splits)).toEqual(new Set(['TRAIN', 'VALIDATION', 'TEST']));
      for (let sample = 0; sample < N; sample++) {
        expect(splits[sample]).toBe(splits[4 * groups[sample]!]);
      }
    }
    for (let sample = 0; sample < N; sample++) {
      expect(grouped.filter((splits) => splits[sample] === 'TEST')).toHaveLength(1);
    }
  });

  test('of labels with more pairs than can be told apart are dealt by labels alone', () => {
    const many = packLabelSets(
      Array.from({ length: 60 }, (_, i) => Array.from({ length: 250 }, (_, l) => l + i)),
    );
    const splits = [0, 1].map((index) => foldSplits(many, { count: 2, index, seed: 1 }));
    expect(splits.map((each) => each.filter((split) => split === 'TEST').length)).toEqual([30, 30]);
  });
});
