import { expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import {
  evaluateAt,
  fitOperatingPoint,
  predictedAt,
  scoresAt,
} from '../../../../src/ml/metrics/operating-point.js';

const [SAMPLES, LABELS] = [300, 4];
const rng = Rng.fromSeed(3);
const targets = Uint8Array.from({ length: SAMPLES * LABELS }, (_, at) =>
  Number(rng.uniform() < [0.5, 0.3, 0.2, 0.02][at % LABELS]!),
);
/** Twice as sure as it should be. */
const scores = Float32Array.from(targets, (target) => {
  const logit = 2 * ((target ? 0.8 : -0.8) + 2 * (rng.uniform() - 0.5));
  return 1 / (1 + Math.exp(-2 * logit));
});
const NO_MINIMUM = { minPrecision: null, minRecall: null };
const fit = (settings: Partial<Parameters<typeof fitOperatingPoint>[0]>) =>
  fitOperatingPoint(
    { kind: 'PER_LABEL', value: null, k: null, calibration: 'NONE', ...NO_MINIMUM, ...settings },
    scores,
    targets,
    LABELS,
  );
const brier = (given: Float32Array) =>
  given.reduce((sum, score, at) => sum + (score - targets[at]!) ** 2, 0);

it('leaves scores as they are without a calibration, and warns of thresholds fitted on few positives', () => {
  const { point, warnings } = fit({});
  expect(scoresAt(point, scores)).toEqual(scores);
  expect(warnings).toEqual([{ label: 3, reason: 'FEW_POSITIVES' }]);
  const expected = evaluate(scores, targets, LABELS, Float64Array.from(point.thresholds));
  expect(evaluateAt(point, scores, targets, LABELS)).toEqual(expected);
});

it.each(['TEMPERATURE', 'PLATT'] as const)(
  'makes scores better with %s, and cuts those that it gives out',
  (calibration) => {
    const { point } = fit({ calibration });
    const given = scoresAt(point, scores);
    expect(brier(given)).toBeLessThan(brier(scores));
    const expected = evaluate(given, targets, LABELS, Float64Array.from(point.thresholds));
    expect(evaluateAt(point, scores, targets, LABELS)).toEqual(expected);
  },
);

it('predicts the k highest of each sample, ties in label order, with TOP_K', () => {
  const { point } = fit({ kind: 'TOP_K', k: 2 });
  expect(predictedAt(point, Float32Array.of(0.1, 0.9, 0.4, 0.9))).toEqual([1, 3]);
  expect(predictedAt(point, Float32Array.of(0.5, 0.5, 0.5, 0.1))).toEqual([0, 1]);
  let hits = 0;
  for (let row = 0; row < SAMPLES; row++) {
    const own = scores.subarray(row * LABELS, (row + 1) * LABELS);
    const order = [0, 1, 2, 3].sort((a, b) => own[b]! - own[a]! || a - b);
    for (const label of order.slice(0, 2)) hits += targets[row * LABELS + label]!;
  }
  const positives = targets.reduce((sum, target) => sum + target, 0);
  const { microF1, meanAveragePrecision } = evaluateAt(point, scores, targets, LABELS);
  expect(microF1).toBeCloseTo((2 * hits) / (2 * SAMPLES + positives), 12);
  expect(meanAveragePrecision).toBe(evaluate(scores, targets, LABELS, 0.5).meanAveragePrecision);
});

it.each(['GLOBAL', 'PER_LABEL', 'CROSS_VALIDATED', 'CARDINALITY'] as const)(
  'warns of few positives and of a low threshold, of both where both hold, with %s',
  (kind) => {
    // 24 positives of label 0 and 1 of label 1, all scored near 0.01: the best cut is far below 0.05.
    const targets = Uint8Array.from({ length: 60 }, (_, at) =>
      Number(at % 2 === 0 ? at < 48 : at === 1),
    );
    const scores = Float32Array.from(targets, (target) => (target ? 0.02 : 0.001));
    const settings = { kind, value: null, k: null, calibration: 'NONE', ...NO_MINIMUM } as const;
    const low = [0, 1].map((label) => ({ label, reason: 'LOW_THRESHOLD' }));
    const few = { label: 1, reason: 'FEW_POSITIVES' };
    const together = kind === 'GLOBAL' || kind === 'CARDINALITY';
    expect(fitOperatingPoint(settings, scores, targets, 2).warnings).toEqual(
      together ? low : [low[0], few, low[1]],
    );
    const first = targets.slice(0, 20);
    const fewer = fitOperatingPoint(settings, scores.slice(0, 20), first, 2).warnings;
    expect(fewer.map(({ label, reason }) => `${label} ${reason}`)).toEqual([
      '0 FEW_POSITIVES',
      '0 LOW_THRESHOLD',
      '1 FEW_POSITIVES',
      '1 LOW_THRESHOLD',
    ]);
  },
);

it('warns of no cut that is not fitted', () => {
  expect(fit({ kind: 'FIXED', value: 0.01 }).warnings).toEqual([]);
  expect(fit({ kind: 'TOP_K', k: 1 }).warnings).toEqual([]);
});

it('keeps each label at the least precision or recall asked for, on calibrated scores too, and names those that cannot', () => {
  for (const calibration of ['NONE', 'PLATT'] as const) {
    for (const asked of [{ minPrecision: 0.95 }, { minRecall: 0.9 }]) {
      const { point, warnings } = fit({ calibration, ...asked });
      const given = scoresAt(point, scores);
      for (let label = 0; label < LABELS; label++) {
        let [hits, predicted, support] = [0, 0, 0];
        for (let at = label; at < given.length; at += LABELS) {
          const cut = given[at]! >= point.thresholds[label]!;
          predicted += Number(cut);
          support += targets[at]!;
          hits += Number(cut) * targets[at]!;
        }
        const reached = 'minRecall' in asked ? hits / support >= 0.9 : hits / predicted >= 0.95;
        const warned = warnings.some(
          (warning) => warning.label === label && warning.reason === 'MINIMUM_NOT_REACHED',
        );
        expect(warned).toBe(!reached);
      }
    }
  }
});
