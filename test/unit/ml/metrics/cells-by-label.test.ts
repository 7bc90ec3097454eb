import { describe, expect, test } from 'vitest';
import { cellsByLabel } from '../../../../src/ml/metrics/cells-by-label.js';
import {
  decisionFlips,
  decisionsOf,
  type ScoredSeed,
} from '../../../../src/ml/metrics/decision-flips.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import { testRandom } from './random-split.js';

const [N, L] = [40, 3];
const random = testRandom(7);
const run = (): ScoredSeed => ({
  scores: Float32Array.from({ length: N * L }, () => Math.fround(Math.round(random() * 10) / 10)),
  parts: new Uint8Array(N),
  thresholds: [Float64Array.from({ length: L }, () => Math.round(random() * 10) / 10)],
});
/** The last label has no positive, and the first is unknown here and there. */
const targets = Uint8Array.from({ length: N * L }, (_, at) => {
  if (at % L === 0 && random() < 0.2) return 2;
  return at % L < L - 1 && random() < 0.4 ? 1 : 0;
});
const [a, b] = [
  [run(), run(), run()],
  [run(), run()],
];

/** Decision by decision, as the words say it. */
function decides(runs: readonly ScoredSeed[], row: number, label: number): number {
  const votes = runs.filter(
    ({ scores, thresholds }) => scores[row * L + label]! >= thresholds[0]![label]!,
  );
  return votes.length / runs.length >= 0.5 ? 1 : 0;
}

describe('decisions that differ', () => {
  test('are those that brute force finds, the samples with the most first', () => {
    const all = Array.from({ length: N }, (_, row) => {
      const truth = (label: number) => targets[row * L + label];
      const labels = [0, 1, 2].filter((label) => truth(label) !== 2);
      const right = (runs: readonly ScoredSeed[], label: number) =>
        decides(runs, row, label) === truth(label);
      return {
        row,
        gained: labels.filter((label) => right(a, label) && !right(b, label)),
        lost: labels.filter((label) => right(b, label) && !right(a, label)),
      };
    }).filter(({ gained, lost }) => gained.length + lost.length > 0);
    const total = (side: 'gained' | 'lost') => all.flatMap((sample) => sample[side]).length;
    const found = decisionFlips(a, b, targets, L, 5);
    expect(found).toMatchObject({
      gained: total('gained'),
      lost: total('lost'),
      numSamples: all.length,
    });
    expect(total('gained') * total('lost')).toBeGreaterThan(0);
    const size = (sample: { gained: number[]; lost: number[] }) =>
      sample.gained.length + sample.lost.length;
    expect(found.samples).toEqual(all.toSorted((x, y) => size(y) - size(x)).slice(0, 5));
  });

  test('are none of a cell with itself', () => {
    expect(decisionFlips(a, a, targets, L, 5)).toEqual({
      gained: 0,
      lost: 0,
      numSamples: 0,
      samples: [],
    });
  });
});

test('cells stand side by side with the means over their runs', () => {
  const found = cellsByLabel({
    cells: [a, b],
    targets,
    numLabels: L,
    flips: [1, 0],
    maxSamples: 3,
  });
  for (const [cell, runs] of [a, b].entries()) {
    const each = runs.map(({ scores, thresholds }) =>
      labelMetrics(scores, targets, L, thresholds[0]!),
    );
    for (let label = 0; label < L; label++) {
      const mean = (values: number[]) => values.reduce((x, y) => x + y) / values.length;
      expect(found.cells[cell]![label]).toEqual({
        f1: expect.closeTo(mean(each.map((metrics) => metrics[label]!.f1)), 12),
        averagePrecision:
          label === L - 1
            ? null
            : expect.closeTo(mean(each.map((metrics) => metrics[label]!.averagePrecision!)), 12),
      });
      expect(found.support[label]).toBe(each[0]![label]!.support);
    }
  }
  expect(found.flips).toEqual(decisionFlips(b, a, targets, L, 3));
  expect(
    cellsByLabel({ cells: [a], targets, numLabels: L, flips: null, maxSamples: 3 }).flips,
  ).toBeNull();
});

test('the samples of a seed are decided by the thresholds of the run that scored them', () => {
  const parts = Uint8Array.from({ length: N }, (_, row) => row % 2);
  const scores = a[0]!.scores;
  const [low, high] = [new Float64Array(L).fill(0.2), new Float64Array(L).fill(0.8)];
  const decided = decisionsOf({ scores, parts, thresholds: [low, high] });
  for (let at = 0; at < N * L; at++) {
    expect(decided[at]).toBe(scores[at]! >= (Math.floor(at / L) % 2 ? 0.8 : 0.2) ? 1 : 0);
  }
});
