import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import { bruteForce } from './brute-force.js';
import { randomSplit } from './random-split.js';
import { differences, sklearnCases } from './sklearn.js';

const cases = sklearnCases();

describe('metrics equal scikit-learn to 1e-9', () => {
  it('has cases with ties, all-positive and empty labels', () => {
    expect(cases.length).toBeGreaterThanOrEqual(17);
    expect(cases.some((it) => (it.metrics.undefinedLabels as number[]).length > 0)).toBe(true);
    expect(
      cases.some((it) => it.labels.some((l) => l.support! * it.numLabels === it.targets.length)),
    ).toBe(true);
  });

  it.each(cases)('over all labels: $name', (it) => {
    const actual = evaluate(it.scores, it.targets, it.numLabels, it.thresholds);
    expect(differences(actual, it.metrics)).toEqual([]);
    const double = Float64Array.from(it.scores);
    expect(evaluate(double, it.targets, it.numLabels, it.thresholds)).toEqual(actual);
  });

  it.each(cases)('label by label: $name', (it) => {
    const actual = labelMetrics(it.scores, it.targets, it.numLabels, it.thresholds);
    expect(actual.map((l) => l.label)).toEqual(it.labels.map((_, label) => label));
    expect(actual.flatMap((l, i) => differences(l, it.labels[i]!))).toEqual([]);
  });

  it('would notice a difference of 1e-8, a missing value and a wrong list', () => {
    const { metrics } = cases[0]!;
    const bent = { microF1: (metrics.microF1 as number) + 1e-8, macroF1: null, hammingLoss: 0 };
    expect(differences(metrics, bent)).toHaveLength(3);
    expect(differences({}, metrics)).toHaveLength(Object.keys(metrics).length);
    expect(differences({ undefinedLabels: [1] }, { undefinedLabels: [] })).toHaveLength(1);
  });
});

describe('metrics equal their definitions', () => {
  it('on 400 random splits with ties, full labels and empty labels', () => {
    for (let seed = 0; seed < 400; seed++) {
      const split = randomSplit(seed);
      const actual = evaluate(
        Float32Array.from(split.scores.flat()),
        Uint8Array.from(split.targets.flat()),
        split.thresholds.length,
        Float64Array.from(split.thresholds),
      );
      expect(differences(actual, bruteForce(split)), `seed ${seed}`).toEqual([]);
    }
  });
});

describe('the edges', () => {
  it('without a sample every metric is null and every label undefined', () => {
    expect(evaluate(new Float32Array(0), new Uint8Array(0), 2, 0.5)).toEqual({
      microF1: null,
      macroF1: null,
      samplesF1: null,
      weightedF1: null,
      meanAveragePrecision: null,
      hammingLoss: null,
      subsetAccuracy: null,
      undefinedLabels: [0, 1],
    });
    expect(labelMetrics(new Float32Array(0), new Uint8Array(0), 1, 0.5)).toEqual([
      {
        label: 0,
        support: 0,
        threshold: 0.5,
        precision: null,
        recall: null,
        f1: 0,
        averagePrecision: null,
      },
    ]);
  });

  it('a score equal to its threshold is a prediction', () => {
    const metrics = evaluate(Float32Array.of(0.5), Uint8Array.of(1), 1, 0.5);
    expect(metrics.microF1).toBe(1);
  });

  it('an empty sample predicted empty counts 1 in samples-F1', () => {
    const metrics = evaluate(
      Float32Array.of(0.1, 0.2, 0.9, 0.1),
      Uint8Array.of(0, 0, 0, 1),
      2,
      0.5,
    );
    expect(metrics.samplesF1).toBe(0.5);
  });

  it('a never predicted label has no precision and F1 0', () => {
    const [label] = labelMetrics(Float32Array.of(0.1, 0.2), Uint8Array.of(1, 0), 1, 0.5);
    expect(label).toMatchObject({ precision: null, recall: 0, f1: 0, averagePrecision: 0.5 });
  });

  it('a label without a positive keeps its false predictions in micro-F1 alone', () => {
    const metrics = evaluate(Float32Array.of(0.9, 0.9), Uint8Array.of(1, 0), 2, 0.5);
    expect(metrics).toMatchObject({
      microF1: 2 / 3,
      macroF1: 1,
      weightedF1: 1,
      meanAveragePrecision: 1,
      hammingLoss: 0.5,
      undefinedLabels: [1],
    });
  });

  it('refuses shapes that do not fit and scores that are not numbers', () => {
    const targets = new Uint8Array(4);
    expect(() => evaluate(new Float32Array(3), new Uint8Array(3), 2, 0.5)).toThrow('scores.length');
    expect(() => evaluate(new Float32Array(6), targets, 2, 0.5)).toThrow('targets.length');
    expect(() => evaluate(new Float32Array(4), targets, 0, 0.5)).toThrow('numLabels');
    expect(() => evaluate(new Float32Array(4), targets, 2, Float64Array.of(0.5))).toThrow(
      'thresholds',
    );
    expect(() => evaluate(Float32Array.of(0, 0, Number.NaN, 0), targets, 2, 0.5)).toThrow(
      'scores[1, 0]',
    );
  });
});
