import { expect, test } from 'vitest';
import type { RunEpochRow } from '../../../src/db/runs.queries.js';
import { Rng } from '../../../src/ml/data/rng.js';
import {
  FEWEST_POINTS,
  FIGURES,
  MOST_POINTS,
  thinHistory,
} from '../../../src/services/thin-history.js';

/** Random walks with spikes, ties, and figures that are absent or no number. */
function historyOf(length: number, rng: Rng): RunEpochRow[] {
  const absent = rng.uniform();
  const walk = () => {
    let value = rng.uniform();
    const [step, kind] = [rng.uniform(), rng.below(4)];
    return () => {
      value += (rng.uniform() - 0.5) * step;
      if (kind === 0 && rng.below(200) === 0) return value * 100;
      if (kind === 1) return Math.round(value * 4) / 4 + 0;
      return value;
    };
  };
  const sometimes = (next: () => number) => () => (rng.uniform() < absent ? null : next());
  const figures = Array.from({ length: 9 }, () => sometimes(walk()));
  const loss = walk();
  return Array.from({ length }, (_, i) => ({
    runId: 'run',
    epoch: i + 1,
    elapsedSeconds: i + 1,
    trainLoss: rng.below(50) === 0 ? Number.NaN : loss(),
    validationLoss: figures[0]!(),
    learningRate: figures[1]!() ?? 0,
    seconds: 1,
    validation:
      rng.below(10) === 0
        ? null
        : {
            microF1: figures[2]!(),
            macroF1: figures[3]!(),
            samplesF1: figures[4]!(),
            weightedF1: figures[5]!(),
            meanAveragePrecision: figures[6]!(),
            hammingLoss: figures[7]!(),
            subsetAccuracy: figures[8]!(),
            undefinedLabels: [],
          },
  }));
}

const numbersOf = (epochs: readonly RunEpochRow[], figure: (typeof FIGURES)[number]) =>
  epochs.map(figure).filter((value) => value !== null && !Number.isNaN(value)) as number[];

test('the ends and every figure’s lowest and highest values stay, in order, within the bound', () => {
  const rng = Rng.fromSeed(7);
  for (let trial = 0; trial < 150; trial++) {
    const epochs = historyOf(1 + rng.below(trial < 140 ? 800 : 10_000), rng);
    const points = FEWEST_POINTS + rng.below(trial % 2 === 0 ? 50 : MOST_POINTS - FEWEST_POINTS);
    const thin = thinHistory(epochs, points);
    expect(thin.length).toBeLessThanOrEqual(points);
    expect(thin[0]).toBe(epochs[0]);
    expect(thin.at(-1)).toBe(epochs.at(-1));
    const places = thin.map((epoch) => epochs.indexOf(epoch));
    expect(places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]!))).toBe(
      true,
    );
    for (const figure of FIGURES) {
      const [all, kept] = [numbersOf(epochs, figure), numbersOf(thin, figure)];
      expect(Math.min(...kept)).toBe(Math.min(...all));
      expect(Math.max(...kept)).toBe(Math.max(...all));
    }
  }
});

test('a history that fits is whole', () => {
  const rng = Rng.fromSeed(8);
  for (const length of [0, 1, FEWEST_POINTS]) {
    const epochs = historyOf(length, rng);
    expect(thinHistory(epochs, FEWEST_POINTS)).toEqual(epochs);
  }
});

test('curves that only fall or rise use the room, evenly', () => {
  const epochs = historyOf(5000, Rng.fromSeed(9)).map((epoch, i) => ({
    ...epoch,
    trainLoss: 1 / (i + 1),
    validationLoss: 2 / (i + 1),
    learningRate: 0.1 / (i + 1),
    validation: null,
  }));
  const thin = thinHistory(epochs, 400);
  expect(thin.length).toBeGreaterThan(390);
  const gaps = thin.slice(1).map((epoch, i) => epoch.epoch - thin[i]!.epoch);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(26);
});

test('a spike of one epoch in any figure stays', () => {
  for (const name of ['trainLoss', 'validationLoss', 'learningRate'] as const) {
    const epochs = historyOf(3000, Rng.fromSeed(10)).map((epoch, i) => ({
      ...epoch,
      [name]: i === 1234 ? 1e6 : epoch[name],
    }));
    expect(thinHistory(epochs, 100).map(({ epoch }) => epoch)).toContain(1235);
  }
});
