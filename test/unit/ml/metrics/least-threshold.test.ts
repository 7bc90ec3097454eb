import { describe, expect, it } from 'vitest';
import { fitLeast, type Least } from '../../../../src/ml/metrics/least-threshold.js';
import { randomSplit } from './random-split.js';

interface Figures {
  precision: number;
  recall: number;
  f1: number;
}

/** Of predicting all samples at or above a threshold; a target of 2 is unknown. */
function figures(scores: number[], targets: number[], threshold: number): Figures {
  const known = scores.map((score, i) => ({ cut: score >= threshold, target: targets[i]! }));
  const count = (of: (sample: { cut: boolean; target: number }) => boolean) =>
    known.filter((sample) => sample.target !== 2 && of(sample)).length;
  const hits = count(({ cut, target }) => cut && target === 1);
  const [predicted, support] = [count(({ cut }) => cut), count(({ target }) => target === 1)];
  return {
    precision: predicted === 0 ? 0 : hits / predicted,
    recall: hits / support,
    f1: (2 * hits) / (predicted + support),
  };
}

/** Of all cuts at a known score. */
const allCuts = (scores: number[], targets: number[]) =>
  [...new Set(scores.filter((_, i) => targets[i] !== 2))].map((cut) =>
    figures(scores, targets, cut),
  );

/** One label's. */
const fitOne = (least: Least, scores: number[], targets: number[]) => {
  const { thresholds, missed } = fitLeast(
    least,
    Float32Array.from(scores),
    Uint8Array.from(targets),
    1,
  );
  return { threshold: thresholds[0]!, reached: missed.length === 0 };
};

describe.each(['precision', 'recall'] as const)('the least %s of every label', (measure) => {
  it.each([0.1, 0.5, 0.7, 0.9, 1])(
    'of %f is reached with the best F1 that any such cut has, or come nearest to, on 400 random splits',
    (least) => {
      let reachable = 0;
      let unreachable = 0;
      for (let seed = 0; seed < 400; seed++) {
        const { scores, targets, thresholds: each } = randomSplit(seed);
        const { thresholds, missed } = fitLeast(
          { measure, least },
          Float32Array.from(scores.flat()),
          Uint8Array.from(targets.flat()),
          each.length,
        );
        for (const label of each.keys()) {
          const own = scores.map((row) => row[label]!);
          const truth = targets.map((row) => row[label]!);
          const where = `seed ${seed}, label ${label}`;
          if (!truth.includes(1)) {
            expect(thresholds[label], where).toBe(0.5);
            expect(missed, where).toContain(label);
            continue;
          }
          const cuts = allCuts(own, truth);
          const reaching = cuts.filter((cut) => cut[measure] >= least);
          const fitted = figures(own, truth, thresholds[label]!);
          expect(missed.includes(label), where).toBe(reaching.length === 0);
          if (reaching.length > 0) {
            reachable++;
            expect(fitted[measure], where).toBeGreaterThanOrEqual(least);
            expect(fitted.f1, where).toBe(Math.max(...reaching.map(({ f1 }) => f1)));
          } else {
            unreachable++;
            const highest = Math.max(...cuts.map((cut) => cut[measure]));
            const nearest = cuts.filter((cut) => cut[measure] === highest);
            expect(fitted[measure], where).toBe(highest);
            expect(fitted.f1, where).toBe(Math.max(...nearest.map(({ f1 }) => f1)));
          }
        }
      }
      expect(reachable).toBeGreaterThan(100);
      // All samples are a cut: whatever the recall, one reaches it.
      if (measure === 'recall') expect(unreachable).toBe(0);
      else if (least === 1) expect(unreachable).toBeGreaterThan(100);
    },
  );
});

describe('a cut that must reach something', () => {
  const scores = [0.9, 0.8, 0.7, 0.6, 0.2];
  const targets = [1, 0, 1, 1, 0];

  it('gives up F1 for it', () => {
    // Without: 4 of 5 predicted, precision 0.75 and F1 6/7. With precision 0.9 the highest alone.
    expect(fitOne({ measure: 'precision', least: 0.75 }, scores, targets)).toEqual({
      threshold: Math.fround(0.4),
      reached: true,
    });
    expect(fitOne({ measure: 'precision', least: 0.9 }, scores, targets)).toEqual({
      threshold: Math.fround(0.85),
      reached: true,
    });
  });

  it('comes as near as it can', () => {
    const worst = [0, 1, 1, 1, 0];
    const { threshold, reached } = fitOne({ measure: 'precision', least: 0.9 }, scores, worst);
    expect(reached).toBe(false);
    expect(figures(scores, worst, threshold).precision).toBe(0.75);
  });

  it('is exact at the bound itself', () => {
    const many = Array.from({ length: 10 }, (_, i) => 1 - i / 20);
    const seven = [1, 1, 0, 1, 1, 0, 1, 0, 1, 1];
    const fitted = fitOne({ measure: 'precision', least: 0.7 }, many, seven);
    expect(fitted.reached).toBe(true);
    expect(figures(many, seven, fitted.threshold)).toMatchObject({ precision: 0.7, recall: 1 });
  });
});
