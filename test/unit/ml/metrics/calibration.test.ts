import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrationError } from '../../../../src/ml/metrics/calibration-error.js';
import {
  calibratedProbs,
  fitCalibration,
  logitsOf,
} from '../../../../src/ml/metrics/fit-calibration.js';
import { reliability } from '../../../../src/ml/metrics/reliability.js';
import { sigmoid } from '../../../../src/ml/metrics/sigmoid.js';
import { testRandom } from './random-split.js';

interface CalibrationCase {
  name: string;
  numLabels: number;
  logits: Float64Array;
  targets: Uint8Array;
  /** By number of bins. */
  ece: Record<string, number[]>;
  brier: number[];
  temperature: number;
  /** Slope and intercept of each label; null without a positive or a negative. */
  platt: ([number, number] | null)[];
}

const fixture = new URL('../../../fixtures/sklearn/calibration.json', import.meta.url);
const cases: CalibrationCase[] = JSON.parse(readFileSync(fixture, 'utf8')).cases.map(
  (it: CalibrationCase) => ({
    ...it,
    logits: Float64Array.from(it.logits),
    targets: Uint8Array.from(it.targets),
  }),
);

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('calibration errors equal scikit-learn to 1e-9', () => {
  it.each(cases)('$name', (it) => {
    const probs = it.logits.map(sigmoid);
    for (const [bins, ece] of Object.entries(it.ece)) {
      const actual = calibrationError(probs, it.targets, it.numLabels, Number(bins));
      expect(actual.labels.map((label) => label.ece)).toEqual(ece.map((x) => near(x)));
      expect(actual.macroEce).toBeCloseTo(mean(ece), 9);
    }
    const { labels, macroBrier } = calibrationError(probs, it.targets, it.numLabels);
    expect(labels.map((label) => label.ece)).toEqual(it.ece[15]!.map((x) => near(x)));
    expect(labels.map((label) => label.brier)).toEqual(it.brier.map((x) => near(x)));
    expect(macroBrier).toBeCloseTo(mean(it.brier), 9);
  });

  it('bins are closed above, 0 is in the first, and empty ones are null', () => {
    const probs = Float64Array.of(0, 0.25, 0.5, 0.51, 1);
    const [bins] = reliability(probs, Uint8Array.of(0, 1, 1, 0, 1), 1, 4);
    expect(bins).toEqual([
      { from: 0, to: 0.25, count: 2, meanProb: 0.125, positiveShare: 0.5 },
      { from: 0.25, to: 0.5, count: 1, meanProb: 0.5, positiveShare: 1 },
      { from: 0.5, to: 0.75, count: 1, meanProb: 0.51, positiveShare: 0 },
      { from: 0.75, to: 1, count: 1, meanProb: 1, positiveShare: 1 },
    ]);
    const [sparse] = reliability(Float64Array.of(0.9), Uint8Array.of(1), 1, 2);
    expect(sparse![0]).toMatchObject({ count: 0, meanProb: null, positiveShare: null });
  });

  it('without a sample they are null; what is no probability is refused', () => {
    expect(calibrationError(new Float32Array(0), new Uint8Array(0), 1)).toEqual({
      macroEce: null,
      macroBrier: null,
      labels: [{ label: 0, ece: null, brier: null }],
    });
    const logits = Float32Array.of(0.5, 0.5, 0.5, 1.5);
    expect(() => calibrationError(logits, new Uint8Array(4), 2)).toThrow(
      'expected a probability for `probs[1, 1]` but received 1.5',
    );
  });
});

describe('fitted calibrations equal the minima that SciPy finds', () => {
  it.each(cases)('temperature: $name', (it) => {
    const { slopes, intercepts, undefinedLabels } = fitCalibration(
      'TEMPERATURE',
      it.logits,
      it.targets,
      it.numLabels,
    );
    for (const slope of slopes) expect(1 / slope / it.temperature).toBeCloseTo(1, 9);
    expect([...intercepts]).toEqual(it.platt.map(() => 0));
    expect(undefinedLabels).toEqual([]);
  });

  it.each(cases)('Platt: $name', (it) => {
    const fitted = fitCalibration('PLATT', it.logits, it.targets, it.numLabels);
    it.platt.forEach((expected, label) => {
      expect(fitted.undefinedLabels.includes(label)).toBe(expected === null);
      const [slope, intercept] = expected ?? [1, 0];
      expect(fitted.slopes[label]! / slope).toBeCloseTo(1, 7);
      expect(fitted.intercepts[label]).toBeCloseTo(intercept, 7);
    });
  });

  it('calibrated probabilities have a lower Brier score and ECE where logits were stretched', () => {
    const it = cases.find(({ name }) => name === 'overconfident')!;
    const before = calibrationError(it.logits.map(sigmoid), it.targets, it.numLabels);
    for (const kind of ['TEMPERATURE', 'PLATT'] as const) {
      const fitted = fitCalibration(kind, it.logits, it.targets, it.numLabels);
      const probs = calibratedProbs(fitted, it.logits);
      const after = calibrationError(probs, it.targets, it.numLabels);
      expect(after.macroBrier).toBeLessThan(before.macroBrier!);
      expect(after.macroEce).toBeLessThan(before.macroEce!);
    }
  });

  it('Platt recovers the line that the targets were drawn from', () => {
    const random = testRandom(3);
    const logits = Float64Array.from({ length: 40_000 }, () => 6 * random() - 3);
    const targets = Uint8Array.from(logits, (s) => (random() < sigmoid(0.7 * s - 1) ? 1 : 0));
    const { slopes, intercepts } = fitCalibration('PLATT', logits, targets, 1);
    expect(Math.abs(slopes[0]! - 0.7)).toBeLessThan(0.03);
    expect(Math.abs(intercepts[0]! + 1)).toBeLessThan(0.05);
  });
});

describe('the edges of a fit', () => {
  const fit = (kind: 'TEMPERATURE' | 'PLATT', logits: number[], targets: number[]) => {
    const { slopes, intercepts } = fitCalibration(
      kind,
      Float64Array.from(logits),
      Uint8Array.from(targets),
      1,
    );
    return [slopes[0], intercepts[0]];
  };

  it('a temperature stays finite where the logits separate, and where they say the opposite', () => {
    expect(fit('TEMPERATURE', [-1, -2, 1, 2], [0, 0, 1, 1])).toEqual([100, 0]);
    expect(fit('TEMPERATURE', [-1, -2, 1, 2], [1, 1, 0, 0])).toEqual([0.01, 0]);
    expect(fit('TEMPERATURE', [0, 0], [1, 0])).toEqual([1, 0]);
    expect(fit('TEMPERATURE', [], [])).toEqual([1, 0]);
  });

  it('Platt stays finite where the logits separate, by its smoothed targets', () => {
    const [slope, intercept] = fit('PLATT', [-1, -1, 1, 1], [0, 0, 1, 1]);
    // Two points are met exactly: σ(a + b) = 3 / 4 and σ(b − a) = 1 / 4.
    expect(slope).toBeCloseTo(Math.log(3), 9);
    expect(intercept).toBeCloseTo(0, 9);
  });

  it('Platt turns round what says the opposite, and takes equal logits for a constant', () => {
    expect(fit('PLATT', [-2, -1, 1, 2], [1, 1, 0, 0])[0]).toBeLessThan(0);
    const [slope, intercept] = fit('PLATT', [2, 2, 2, 2], [1, 0, 0, 0]);
    // Smoothed: (2/3 + 3 · 1/5) / 4.
    expect(sigmoid(2 * slope! + intercept!)).toBeCloseTo((2 / 3 + 3 / 5) / 4, 9);
  });

  it('stays finite at ±1000', () => {
    const random = testRandom(8);
    const logits = Array.from({ length: 60 }, () => 2000 * random() - 1000);
    const targets = logits.map((s) => (random() < 0.9 ? Number(s > 0) : Number(s <= 0)));
    for (const kind of ['TEMPERATURE', 'PLATT'] as const) {
      for (const value of fit(kind, logits, targets)) expect(value).toSatisfy(Number.isFinite);
    }
  });
});

describe('logits of probabilities', () => {
  it('are those that they came from, and finite at 0 and 1', () => {
    const logits = Float64Array.of(-12, -1, 0, 0.5, 12);
    expect([...logitsOf(logits.map(sigmoid))]).toEqual([...logits].map((x) => near(x)));
    const [low, high] = logitsOf(Float32Array.of(0, 1));
    expect(low).toBeCloseTo(-Math.log(2 ** 25 - 1), 9);
    expect(high).toBeCloseTo(Math.log(2 ** 25 - 1), 9);
  });

  it('give the same fit as the logits themselves', () => {
    const it = cases[0]!;
    const probs = it.logits.map(sigmoid);
    const direct = fitCalibration('PLATT', it.logits, it.targets, it.numLabels);
    const back = fitCalibration('PLATT', logitsOf(probs), it.targets, it.numLabels);
    expect([...back.slopes]).toEqual([...direct.slopes].map((x) => near(x)));
  });
});

function near(value: number): unknown {
  return expect.closeTo(value, 9);
}

describe('unknown labels', () => {
  it.each(cases)('are as if nobody had scored them: $name', (it) => {
    const random = testRandom(5);
    const targets = it.targets.map((target) => (random() < 0.3 ? 2 : target));
    const probs = it.logits.map(sigmoid);
    const errors = calibrationError(probs, targets, it.numLabels);
    const platt = fitCalibration('PLATT', it.logits, targets, it.numLabels);
    for (let label = 0; label < it.numLabels; label++) {
      const cells = [...targets.keys()].filter(
        (at) => at % it.numLabels === label && targets[at] !== 2,
      );
      const of = (values: Float64Array) => Float64Array.from(cells, (at) => values[at]!);
      const known = Uint8Array.from(cells, (at) => targets[at]!);
      const own = calibrationError(of(probs), known, 1);
      expect(errors.labels[label]).toEqual({
        label,
        ece: near(own.macroEce!),
        brier: near(own.macroBrier!),
      });
      const fitted = fitCalibration('PLATT', of(it.logits), known, 1);
      expect(platt.slopes[label]).toBe(fitted.slopes[0]);
      expect(platt.intercepts[label]).toBe(fitted.intercepts[0]);
    }
    const cells = [...targets.keys()].filter((at) => targets[at] !== 2);
    const temperature = fitCalibration('TEMPERATURE', it.logits, targets, it.numLabels);
    const known = fitCalibration(
      'TEMPERATURE',
      Float64Array.from(cells, (at) => it.logits[at]!),
      Uint8Array.from(cells, (at) => targets[at]!),
      1,
    );
    expect(temperature.slopes[0]).toBeCloseTo(known.slopes[0]!, 12);
  });
});
