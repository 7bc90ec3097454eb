import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FREE, stratify } from '../../../../src/ml/data/iterative-stratification.js';
import { packLabelSets } from '../../../../src/ml/data/label-sets.js';
import { Rng } from '../../../../src/ml/data/rng.js';
import { distribution } from './distribution.js';

interface ReferenceCase {
  name: string;
  numLabels: number;
  samples: number[][];
  proportions: number[];
  reference: { meanLD: number; meanED: number; folds: number[]; LD: number; ED: number };
}
const file = '../../../fixtures/iterative-stratification/folds.json';
const cases: ReferenceCase[] = JSON.parse(
  readFileSync(new URL(file, import.meta.url), 'utf8'),
).cases;

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const countOf = (folds: Uint8Array, fold: number) => folds.filter((f) => f === fold).length;

describe('stratified folds', () => {
  it.each(cases)('are as good as the reference implementation: $name', (it) => {
    const { samples, proportions, numLabels, reference } = it;
    const runs = SEEDS.map((seed) =>
      distribution(
        samples,
        stratify(samples, proportions, Rng.fromSeed(seed)),
        proportions,
        numLabels,
      ),
    );
    expect(mean(runs.map((run) => run.LD))).toBeLessThanOrEqual(reference.meanLD * 1.1);
    expect(mean(runs.map((run) => run.ED))).toBeLessThanOrEqual(reference.meanED * 1.1 + 0.5);
  });

  it.each(cases)('are far better than random ones: $name', (it) => {
    const { samples, proportions, numLabels } = it;
    const compare = SEEDS.map((seed) => {
      const rng = Rng.fromSeed(seed);
      const folds = stratify(samples, proportions, rng);
      const random = rng.shuffle(folds.slice());
      return [folds, random].map((f) => distribution(samples, f, proportions, numLabels).LD);
    });
    expect(mean(compare.map(([ours]) => ours!))).toBeLessThan(
      0.5 * mean(compare.map(([, random]) => random!)),
    );
  });

  it.each(cases)('are measured as the reference measures its own: $name', (it) => {
    const { samples, proportions, numLabels, reference } = it;
    const measured = distribution(samples, reference.folds, proportions, numLabels);
    expect(measured.LD).toBeCloseTo(reference.LD, 12);
    expect(measured.ED).toBeCloseTo(reference.ED, 12);
  });

  it('are the same for the same seed, and others for another', () => {
    const { samples, proportions } = cases[0]!;
    const folds = stratify(samples, proportions, Rng.fromSeed(7));
    expect(stratify(packLabelSets(samples), proportions, Rng.fromSeed(7))).toEqual(folds);
    expect(stratify(samples, proportions, Rng.fromSeed(8))).not.toEqual(folds);
  });

  it('do not depend on where in the order a sample stands', () => {
    const samples = Array.from({ length: 1000 }, () => [0]);
    const folds = stratify(samples, [0.8, 0.2], Rng.fromSeed(1));
    expect(countOf(folds, 1)).toBe(200);
    const early = countOf(folds.subarray(0, 500), 1);
    expect(early).toBeGreaterThan(75);
    expect(early).toBeLessThan(125);
  });

  it('spread samples without a label to the folds that want the most', () => {
    const folds = stratify([[0], [0], ...Array(98).fill([])], [0.5, 0.3, 0.2], Rng.fromSeed(3));
    expect([0, 1, 2].map((fold) => countOf(folds, fold))).toEqual([50, 30, 20]);
  });

  it('give nothing to a fold of proportion 0', () => {
    const { samples } = cases[1]!;
    const folds = stratify(samples, [0.7, 0, 0.3], Rng.fromSeed(1));
    expect(countOf(folds, 1)).toBe(0);
    expect(countOf(stratify(samples, [1, 0, 0], Rng.fromSeed(1)), 0)).toBe(samples.length);
  });

  it('scale proportions to a sum of 1, and count a label named twice once', () => {
    const { samples } = cases[0]!;
    const doubled = samples.map((labels) => [...labels, ...labels]);
    expect(stratify(doubled, [8, 1, 1], Rng.fromSeed(1))).toEqual(
      stratify(samples, [0.8, 0.1, 0.1], Rng.fromSeed(1)),
    );
  });

  it('take no samples and no labels', () => {
    expect(stratify([], [0.5, 0.5], Rng.fromSeed(1))).toEqual(new Uint8Array(0));
    expect(stratify([[]], [1], Rng.fromSeed(1))).toEqual(Uint8Array.of(0));
  });

  it('refuse proportions that are none', () => {
    for (const proportions of [[], [0, 0], [-1, 2], [Number.NaN, 1], Array(128).fill(1)]) {
      expect(() => stratify([[0]], proportions, Rng.fromSeed(1))).toThrow('proportions');
    }
  });
});

describe('fixed samples', () => {
  it('keep their fold and count towards the proportions', () => {
    const samples = Array.from({ length: 96 }, (_, i) => [i % 4]);
    const fixed = Int8Array.from(samples, (_, i) => (i < 40 ? 1 : FREE));
    const folds = stratify(samples, [0.5, 0.5], Rng.fromSeed(1), fixed);
    expect([...folds.subarray(0, 40)]).toEqual(Array(40).fill(1));
    expect(countOf(folds, 0)).toBe(48);
    for (const label of [0, 1, 2, 3]) {
      const held = samples.filter(([own], i) => own === label && folds[i] === 0);
      expect(held).toHaveLength(12);
    }
  });

  it('stay where a fold has too many of them', () => {
    const samples = Array.from({ length: 20 }, () => [0]);
    const fixed = Int8Array.from(samples, (_, i) => (i < 15 ? 1 : FREE));
    const folds = stratify(samples, [0.8, 0.2], Rng.fromSeed(1), fixed);
    expect(countOf(folds, 1)).toBe(15);
  });

  it('are refused where they name no fold or are too few', () => {
    for (const fixed of [Int8Array.of(2), Int8Array.of(-2), new Int8Array(2)]) {
      expect(() => stratify([[0]], [1, 1], Rng.fromSeed(1), fixed)).toThrow('fixed');
    }
  });
});

describe('a large data set', () => {
  it('of 300,000 samples is parted well within the time limit of a test', () => {
    const rng = Rng.fromSeed(1);
    const samples = Array.from({ length: 300_000 }, () => [rng.below(18), rng.below(18)]);
    const folds = stratify(samples, [0.8, 0.1, 0.1], rng);
    expect(countOf(folds, 1) / samples.length).toBeCloseTo(0.1, 3);
  });
});
