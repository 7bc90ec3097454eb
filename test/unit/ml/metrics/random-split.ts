import type { Split } from './brute-force.js';

/** A small generator for tests alone (mulberry32), so that they need none of the code they test. */
export function testRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Up to 30 samples, up to 5 labels, with ties, saturated scores, empty, full and unknown labels. */
export function randomSplit(seed: number): Split {
  const random = testRandom(seed);
  const int = (n: number) => Math.floor(random() * n);
  const samples = 1 + int(30);
  const numLabels = 1 + int(5);
  const levels = [1, 2, 4, 10, 1000][int(5)]!;
  const rates = Array.from({ length: numLabels }, () => [0, 0.1, 0.5, 0.9, 1][int(5)]!);
  const split = {
    scores: Array.from({ length: samples }, () =>
      rates.map(() => Math.fround(Math.round(random() * levels) / levels)),
    ),
    targets: Array.from({ length: samples }, () => rates.map((rate) => (random() < rate ? 1 : 0))),
    thresholds: rates.map(() => [0, 0.25, 0.5, 0.75, 1, 1.5][int(6)]!),
  };
  const unknown = [0, 0, 0.2, 0.7][int(4)]!;
  const targets = split.targets.map((row) => row.map((t) => (random() < unknown ? 2 : t)));
  return { ...split, targets };
}
