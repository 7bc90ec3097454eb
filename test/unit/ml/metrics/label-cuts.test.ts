import { expect, test } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { UNKNOWN } from '../../../../src/ml/data/unknown.js';
import { labelCuts } from '../../../../src/ml/metrics/label-cuts.js';
import { rank } from '../../../../src/ml/metrics/ranking.js';

const rng = Rng.fromSeed(3);

/** Scores with ties, and targets of which some are unknown. */
function drawn(samples: number) {
  const scores = Float32Array.from({ length: samples }, () => Math.round(rng.uniform() * 40) / 40);
  const targets = Uint8Array.from(scores, (score) =>
    rng.below(10) === 0 ? UNKNOWN : Number(rng.uniform() < score),
  );
  return { scores, targets };
}

test('every cut counts what is predicted at or above it', () => {
  for (let trial = 0; trial < 50; trial++) {
    const { scores, targets } = drawn(1 + rng.below(60));
    const known = [...scores.keys()].filter((at) => targets[at] !== UNKNOWN);
    const cuts = labelCuts(rank(scores, targets, 1, 0), 0.5, 1000);
    const distinct = [...new Set(known.map((at) => scores[at]!))].sort((a, b) => b - a);
    expect(cuts.map(({ threshold }) => threshold)).toEqual(distinct);
    for (const cut of cuts) {
      const above = known.filter((at) => scores[at]! >= cut.threshold);
      expect(cut.predicted).toBe(above.length);
      expect(cut.truePositives).toBe(above.filter((at) => targets[at] === 1).length);
    }
  }
});

test('of more cuts than asked for the ends, the best one and that of a threshold stay', () => {
  const samples = 500;
  const scores = Float32Array.from({ length: samples }, (_, at) => (at + 1) / samples);
  const targets = Uint8Array.from(scores, (score) => Number(rng.uniform() < score));
  const ranking = rank(scores, targets, 1, 0);
  const all = labelCuts(ranking, 0.3333, 1000);
  expect(all.length).toBe(samples);
  const some = labelCuts(ranking, 0.3333, 20);
  expect(some.length).toBeLessThanOrEqual(22);
  const support = ranking.positives.length;
  const f1 = (cut: (typeof all)[number]) => (2 * cut.truePositives) / (cut.predicted + support);
  const highest = all.reduce((best, cut) => (f1(cut) > f1(best) ? cut : best));
  const wanted = all.findLast(({ threshold }) => threshold >= 0.3333)!;
  for (const cut of [all[0], all.at(-1), highest, wanted]) expect(some).toContainEqual(cut);
  for (const cut of some) expect(all).toContainEqual(cut);
});
