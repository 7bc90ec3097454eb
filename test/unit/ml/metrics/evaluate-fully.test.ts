import { describe, expect, it } from 'vitest';
import { atRanks } from '../../../../src/ml/metrics/at-k.js';
import { curveAreas } from '../../../../src/ml/metrics/curve-areas.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { evaluateFully } from '../../../../src/ml/metrics/evaluate-fully.js';
import { labelRanking } from '../../../../src/ml/metrics/label-ranking.js';
import { bruteForceFully } from './brute-force-full.js';
import { randomSplit } from './random-split.js';
import { differences, sklearnFullCases } from './sklearn.js';

const cases = sklearnFullCases();

describe('the other metrics equal scikit-learn to 1e-9', () => {
  it('has all cases, null figures among them, and every metric', () => {
    expect(cases).toHaveLength(17);
    expect(cases.some((it) => it.more.microRocAuc === null)).toBe(true);
    const it = cases[0]!;
    const { atK, ...rest } = evaluateFully(it.scores, it.targets, it.numLabels, it.thresholds);
    expect(Object.keys(rest).sort()).toEqual(
      [...Object.keys(it.metrics), ...Object.keys(it.more)].sort(),
    );
  });

  it.each(cases)('$name', (it) => {
    const actual = evaluateFully(it.scores, it.targets, it.numLabels, it.thresholds);
    expect(differences(actual, it.more)).toEqual([]);
    expect(differences(actual, it.metrics)).toEqual([]);
    expect(actual.atK.map((at) => at.k)).toEqual(it.atK.map((at) => at.k));
    expect(actual.atK.flatMap((at, i) => differences(at, it.atK[i]!))).toEqual([]);
  });
});

describe('the other metrics equal their definitions', () => {
  it('on 200 random splits with ties, full labels and empty labels', () => {
    for (let seed = 0; seed < 200; seed++) {
      const split = randomSplit(seed);
      const args = [
        Float32Array.from(split.scores.flat()),
        Uint8Array.from(split.targets.flat()),
        split.thresholds.length,
        Float64Array.from(split.thresholds),
      ] as const;
      const actual = evaluateFully(...args);
      const { atK, ...expected } = bruteForceFully(split);
      expect(differences(actual, expected), `seed ${seed}`).toEqual([]);
      expect(actual.atK.flatMap((at, i) => differences(at, atK[i]!))).toEqual([]);
      expect(actual).toMatchObject({ ...evaluate(...args) });
    }
  });
});

describe('the edges', () => {
  it('without a sample every figure is null and every label undefined', () => {
    const metrics = evaluateFully(new Float32Array(0), new Uint8Array(0), 3, 0.5);
    const { undefinedLabels, undefinedRocAucLabels, atK, ...figures } = metrics;
    expect([undefinedLabels, undefinedRocAucLabels]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
    expect(atK).toEqual([
      { k: 1, precision: null, recall: null, ndcg: null },
      { k: 3, precision: null, recall: null, ndcg: null },
    ]);
  });

  it('a label that every sample carries has an AP and no ROC-AUC', () => {
    const areas = curveAreas(Float32Array.of(0.9, 0.1, 0.4, 0.8), Uint8Array.of(1, 0, 1, 1), 2);
    expect(areas).toMatchObject({ macroRocAuc: 1, undefinedRocAucLabels: [0] });
    expect(areas.weightedAveragePrecision).toBe(1);
  });

  it('infinite scores are ranked like any others', () => {
    const scores = Float32Array.of(Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY);
    const targets = Uint8Array.of(1, 0, 0);
    expect(labelRanking(scores, targets, 3)).toEqual({
      rankingLoss: 0,
      coverageError: 1,
      labelRankingAveragePrecision: 1,
    });
  });

  it('samples without a label say nothing about the first k', () => {
    const scores = Float32Array.of(0.9, 0.1, 0.9, 0.1);
    expect(atRanks(scores, Uint8Array.of(1, 0, 0, 0), 2, [1])).toEqual([
      { k: 1, precision: 1, recall: 1, ndcg: 1 },
    ]);
  });

  it('refuses shapes that do not fit', () => {
    const [scores, targets] = [new Float32Array(4), new Uint8Array(5)];
    expect(() => curveAreas(scores, targets, 2)).toThrow('targets.length');
    expect(() => labelRanking(scores, targets, 2)).toThrow('targets.length');
    expect(() => atRanks(scores, targets, 2, [1])).toThrow('targets.length');
  });
});
