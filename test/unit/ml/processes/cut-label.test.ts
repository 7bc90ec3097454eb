import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UNKNOWN } from '../../../../src/ml/data/unknown.js';
import { cutLabel } from '../../../../src/ml/processes/cut-label.js';
import { encodeScores, findScores } from '../../../../src/ml/train/scores-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-cuts-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('reads the column of one label of one split', async () => {
  const file = path.join(folder, 'scores');
  const validation = { positions: Int32Array.of(0), scores: Float32Array.of(0.125, 0.25) };
  const test = {
    positions: Int32Array.of(1, 2, 3, 4),
    scores: Float32Array.of(0.5, 0.75, 0.25, 0.5, 0, 0.5, 0.125, 0.875),
  };
  await writeFile(file, encodeScores({ numLabels: 2, validation, test }));
  const { start } = await findScores(file, 'test');
  const targets = Uint8Array.of(1, 0, 1, UNKNOWN);
  const place = { path: file, start, numLabels: 2, label: 1, targets };
  expect(await cutLabel({ ...place, threshold: 0.5, limit: 10 })).toEqual({
    support: 2,
    numSamples: 3,
    cuts: [
      { threshold: 0.75, predicted: 1, truePositives: 1 },
      { threshold: 0.5, predicted: 3, truePositives: 2 },
    ],
  });
});
