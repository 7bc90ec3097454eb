import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packLabelSets } from '../../../../src/ml/data/label-sets.js';
import { Rng } from '../../../../src/ml/data/rng.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { evaluateScores } from '../../../../src/ml/processes/evaluate-scores.js';
import { encodeScores, findScores } from '../../../../src/ml/train/scores-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-scores-'));
});
afterAll(() => rm(folder, { recursive: true }));

const OPTIONS = { resamples: 20, level: 0.95, seed: 1 };
const NUM_LABELS = 3;
const rng = Rng.fromSeed(1);
const draw = (samples: number) =>
  Float32Array.from({ length: samples * NUM_LABELS }, () => rng.uniform());
const validation = { positions: Int32Array.of(4, 9), scores: draw(2) };
const test = { positions: Int32Array.from({ length: 40 }, (_, i) => 10 + i), scores: draw(40) };

async function written(): Promise<string> {
  const file = path.join(folder, 'scores');
  await writeFile(file, encodeScores({ numLabels: NUM_LABELS, validation, test }));
  return file;
}

it('evaluates the scores of either split where they lie in their file, or in passes over it where they are many', async () => {
  const file = await written();
  for (const [split, { positions, scores }] of Object.entries({ validation, test })) {
    const place = await findScores(file, split as 'validation' | 'test');
    expect(place.positions).toEqual(positions);
    const labels = Array.from(positions, (position) => (position % 2 ? [0, 2] : [1]));
    const thresholds = [0.5, 0.4, 0.6];
    const payload = {
      path: file,
      start: place.start,
      numLabels: NUM_LABELS,
      labelSets: packLabelSets(labels),
      thresholds,
      trainSupport: [200, 50, 3],
      options: OPTIONS,
    };
    const { metrics, full } = await evaluateScores(payload);
    const targets = Uint8Array.from(
      labels.flatMap((own) => [0, 1, 2].map((l) => +own.includes(l))),
    );
    const expected = evaluate(scores, targets, NUM_LABELS, Float64Array.from(thresholds));
    expect(metrics).toMatchObject(expected);
    expect(await evaluateScores(payload, scores.length)).toEqual({ metrics, full });
    const streamed = await evaluateScores(payload, scores.length - 1);
    expect(streamed).toEqual({ metrics: expected, full: null });
    expect(full!.frequencyGroups.map(({ numLabels }) => numLabels)).toEqual([1, 1, 1]);
    expect(full!.microF1Interval!.mean).toBe(expected.microF1);
    expect(full!.atK.map(({ k }) => k)).toEqual([1, 3]);
    expect(full!.meanAveragePrecisionInterval!.mean).toBeCloseTo(expected.meanAveragePrecision!, 6);
  }
});

it('refuses a file whose header and length disagree', async () => {
  const file = path.join(folder, 'short');
  const bytes = encodeScores({ numLabels: NUM_LABELS, validation, test });
  await writeFile(file, bytes.subarray(0, bytes.length - 4));
  await expect(findScores(file, 'test')).rejects.toThrow('header and its length disagree');
});
