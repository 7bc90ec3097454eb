import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packLabelSets } from '../../../../src/ml/data/label-sets.js';
import { Rng } from '../../../../src/ml/data/rng.js';
import { denseTargets } from '../../../../src/ml/data/sparse-targets.js';
import type { KnownRows } from '../../../../src/ml/metrics/known-rows.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import {
  evaluateAt,
  type OperatingPoint,
  predictedAt,
} from '../../../../src/ml/metrics/operating-point.js';
import {
  evaluatePredictions,
  selectPredictions,
} from '../../../../src/ml/processes/predictions.js';
import { findScores } from '../../../../src/ml/train/scores-file.js';
import { writeScores } from '../../../../src/ml/train/write-scores.js';

const [N, L] = [200, 5];
/** Known of these labels alone, in another order than the model's. */
const LABELS = [3, 0, 4];
const rng = Rng.fromSeed(5);
const SCORES = Float32Array.from({ length: N * L }, () => rng.uniform());
const rowOf = (row: number) => SCORES.slice(row * L, (row + 1) * L);
/** Two of three samples are labelled; of some, a label is unknown. */
const ROWS = Int32Array.from(
  Array.from({ length: N }, (_, row) => row).filter((row) => row % 3 !== 1),
);
const TRUTH = [...ROWS].map((row) =>
  LABELS.flatMap((label, place) => {
    const carries = rng.uniform() < 0.3 + 0.4 * rowOf(row)[label]!;
    if (rng.uniform() < 0.1) return [~place];
    return carries ? [place] : [];
  }),
);
const KNOWN: KnownRows = {
  rows: ROWS,
  labels: Int32Array.from(LABELS),
  labelSets: packLabelSets(TRUTH),
};
const CUT: OperatingPoint = {
  thresholds: [0.3, 0.5, 0.7, 0.6, 0.5],
  calibration: null,
  topK: null,
};
const RANKED: OperatingPoint = { thresholds: [0, 0, 0, 0, 0], calibration: null, topK: 2 };

let folder: string;
let scores: Awaited<ReturnType<typeof place>>;
async function place() {
  const path = join(folder, 'scores');
  const blocks = async function* () {
    yield SCORES;
  };
  await writeScores(
    path,
    L,
    Int32Array.from({ length: N }, (_, at) => 2 * at),
    blocks(),
  );
  const { start, numLabels, positions } = await findScores(path, 'test');
  return { path, start, samples: positions.length, numLabels };
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipwright-predictions-'));
  scores = await place();
});
afterAll(() => rm(folder, { recursive: true }));

describe('evaluatePredictions', () => {
  const cut = (values: Float32Array) => LABELS.map((label) => values[label]!);
  const targets = denseTargets(
    KNOWN.labelSets,
    LABELS.length,
    Int32Array.from(ROWS, (_, at) => at),
  );

  const known = Float32Array.from([...ROWS].flatMap((row) => cut(rowOf(row))));

  it('is evaluate and labelMetrics of the rows and labels that are known', async () => {
    const point = { ...CUT, thresholds: LABELS.map((label) => CUT.thresholds[label]!) };
    const thresholds = Float64Array.from(point.thresholds);
    expect(await evaluatePredictions({ scores, point: CUT, known: KNOWN })).toEqual({
      metrics: evaluateAt(point, known, targets, LABELS.length),
      labels: labelMetrics(known, targets, LABELS.length, thresholds),
    });
  });

  it('cuts by rank among all labels of the model', async () => {
    const decisions = Float32Array.from(
      [...ROWS].flatMap((row) => {
        const predicted = predictedAt(RANKED, rowOf(row));
        return LABELS.map((label) => (predicted.includes(label) ? 1 : 0));
      }),
    );
    const point = { thresholds: LABELS.map(() => 0.5), calibration: null, topK: null };
    const expected = evaluateAt(point, decisions, targets, LABELS.length);
    const found = await evaluatePredictions({ scores, point: RANKED, known: KNOWN });
    const uncut = await evaluatePredictions({ scores, point: CUT, known: KNOWN });
    const { meanAveragePrecision } = uncut.metrics;
    expect(found.metrics).toEqual({ ...expected, meanAveragePrecision });
    expect(found.metrics.microF1).not.toBe(uncut.metrics.microF1);
    const ofDecisions = labelMetrics(decisions, targets, LABELS.length, 0.5);
    expect(found.labels).toEqual(
      ofDecisions.map((each, label) => {
        const { averagePrecision } = uncut.labels[label]!;
        return { ...each, threshold: 0, averagePrecision };
      }),
    );
  });
});

describe('selectPredictions', () => {
  const select = async (more: object, point = CUT) => {
    const none = { allowed: null, predicted: [], wrong: [], hasErrors: null };
    const { rows } = await selectPredictions({ scores, point, known: KNOWN, ...none, ...more });
    return [...rows];
  };
  const all = Array.from({ length: N }, (_, row) => row);
  const predicts = (row: number, label: number, point = CUT) =>
    predictedAt(point, rowOf(row)).includes(label);
  /** Places in LABELS; null where the sample is not labelled. */
  const errors = (row: number) => {
    const at = ROWS.indexOf(row);
    if (at === -1) return null;
    return LABELS.map((_, place) => place).filter(
      (place) =>
        !TRUTH[at]!.includes(~place) &&
        TRUTH[at]!.includes(place) !== predicts(row, LABELS[place]!),
    );
  };

  it('without conditions lets all through, and else what is allowed', async () => {
    expect(await select({})).toEqual(all);
    const allowed = Uint8Array.from(all, (row) => (row % 7 === 0 ? 1 : 0));
    expect(await select({ allowed })).toEqual(all.filter((row) => row % 7 === 0));
  });

  it.each([
    ['thresholds', CUT],
    ['rank', RANKED],
  ])('finds samples for which all of some labels are predicted, by %s', async (_, point) => {
    const expected = all.filter((row) => predicts(row, 1, point) && predicts(row, 3, point));
    expect(expected.length).toBeGreaterThan(5);
    expect(await select({ predicted: [1, 3] }, point)).toEqual(expected);
  });

  it('finds wrong decisions where something is known, and samples without any', async () => {
    expect(await select({ wrong: [0, 2] })).toEqual(
      all.filter((row) => [0, 2].every((place) => errors(row)?.includes(place))),
    );
    expect(await select({ hasErrors: true })).toEqual(
      all.filter((row) => (errors(row)?.length ?? 0) > 0),
    );
    const without = await select({ hasErrors: false });
    expect(without).toEqual(all.filter((row) => errors(row)?.length === 0));
    expect(without.length).toBeGreaterThan(5);
  });
});
