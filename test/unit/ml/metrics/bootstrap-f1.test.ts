import { describe, expect, it } from 'vitest';
import { bootstrapF1s, pairedBootstrapF1s } from '../../../../src/ml/metrics/bootstrap-f1.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { frequencyGroups } from '../../../../src/ml/metrics/frequency-groups.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import { resample } from '../../../../src/ml/metrics/resample.js';
import { randomSplit } from './random-split.js';

const splits = Array.from({ length: 40 }, (_, seed) => {
  const { scores, targets, thresholds } = randomSplit(seed);
  return {
    seed,
    numLabels: thresholds.length,
    scores: Float64Array.from(scores.flat()),
    targets: Uint8Array.from(targets.flat()),
    thresholds: Float64Array.from(thresholds),
  };
}).filter(({ targets }) => targets.includes(1));

describe('the intervals of the F1s', () => {
  it.each(splits)('are those of evaluate on the resampled samples: $seed', (split) => {
    const { seed, numLabels, scores, targets, thresholds } = split;
    const options = { resamples: 21, level: 0.9, seed };
    const drawn: { microF1: number; macroF1: number; samplesF1: number }[] = [];
    resample(targets, numLabels, options, (weights) => {
      const cells = [...weights].flatMap((weight, sample) =>
        Array.from(
          { length: weight * numLabels },
          (_, at) => sample * numLabels + (at % numLabels),
        ),
      );
      const metrics = evaluate(
        Float64Array.from(cells, (cell) => scores[cell]!),
        Uint8Array.from(cells, (cell) => targets[cell]!),
        numLabels,
        thresholds,
      );
      drawn.push(metrics as (typeof drawn)[number]);
    });
    const actual = bootstrapF1s(scores, targets, numLabels, thresholds, options);
    const whole = evaluate(scores, targets, numLabels, thresholds);
    for (const name of ['microF1', 'macroF1', 'samplesF1'] as const) {
      const sorted = drawn.map((of) => of[name]).sort((a, b) => a - b);
      // Of 21 values the quantiles at 0.05 and 0.95 are the second and the last but one.
      expect(actual[name].mean).toBeCloseTo(whole[name]!, 12);
      expect(actual[name].low).toBeCloseTo(sorted[1]!, 12);
      expect(actual[name].high).toBeCloseTo(sorted[19]!, 12);
    }
  });
});

describe('the differences of F1s', () => {
  it.each(splits)('are those of evaluate on the same resamples: $seed', (split) => {
    const { seed, numLabels, targets, thresholds } = split;
    const options = { resamples: 21, level: 0.9, seed };
    const a = { scores: Float32Array.from(split.scores), thresholds };
    const b = { scores: Float32Array.from(split.scores, (score) => 1 - score), thresholds };
    const drawn: Record<string, number[]> = { microF1: [], macroF1: [], samplesF1: [] };
    const names = ['microF1', 'macroF1', 'samplesF1'] as const;
    const differences = (cells: number[]) => {
      const [ofA, ofB] = [a, b].map(({ scores }) =>
        evaluate(
          Float32Array.from(cells, (cell) => scores[cell]!),
          Uint8Array.from(cells, (cell) => targets[cell]!),
          numLabels,
          thresholds,
        ),
      );
      return (name: (typeof names)[number]) => ofA![name]! - ofB![name]!;
    };
    resample(targets, numLabels, options, (weights) => {
      const cells = [...weights].flatMap((weight, sample) =>
        Array.from(
          { length: weight * numLabels },
          (_, at) => sample * numLabels + (at % numLabels),
        ),
      );
      for (const name of names) drawn[name]!.push(differences(cells)(name));
    });
    const actual = pairedBootstrapF1s(a, b, targets, numLabels, options);
    const whole = differences(Array.from(targets, (_, cell) => cell));
    for (const name of names) {
      const sorted = drawn[name]!.sort((x, y) => x - y);
      expect(actual[name].mean).toBeCloseTo(whole(name), 12);
      expect(actual[name].low).toBeCloseTo(sorted[1]!, 12);
      expect(actual[name].high).toBeCloseTo(sorted[19]!, 12);
      expect(actual[name].pValue).toBeGreaterThan(0);
      expect(actual[name].pValue).toBeLessThanOrEqual(1);
    }
    const self = pairedBootstrapF1s(a, a, targets, numLabels, options);
    expect(self.macroF1).toEqual({ mean: 0, low: 0, high: 0, pValue: 1 });
  });
});

describe('groups of labels by their frequency', () => {
  it.each(splits)('are means over their own labels: $seed', (split) => {
    const { numLabels, scores, targets, thresholds } = split;
    const supports = [19, 20, 100, 101, 0].slice(0, numLabels);
    const members = { HEAD: [3], MEDIUM: [1, 2], TAIL: [0, 4] };
    const labels = labelMetrics(scores, targets, numLabels, thresholds);
    const groups = frequencyGroups(scores, targets, numLabels, thresholds, supports);
    expect(groups.map(({ group }) => group)).toEqual(['HEAD', 'MEDIUM', 'TAIL']);
    for (const { group, ...actual } of groups) {
      const own = labels.filter(({ label }) => members[group].includes(label));
      const carried = own.filter(({ support }) => support > 0);
      expect(actual.numLabels).toBe(own.length);
      if (carried.length === 0) {
        expect(actual).toMatchObject({ macroF1: null, meanAveragePrecision: null });
        continue;
      }
      const [f1, ap] = [carried.map((of) => of.f1), carried.map((of) => of.averagePrecision!)];
      const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
      expect(actual.macroF1).toBeCloseTo(mean(f1), 12);
      expect(actual.meanAveragePrecision).toBeCloseTo(mean(ap), 12);
    }
  });
});
