/*
 * Question: how long does a training of the paper's size take: 30,000 samples, image and caption of 512 dimensions each, 18
 * labels, an MLP, 20 epochs (arXiv 2406.16141 took about four minutes on a GPU)? Budget (issue 3): 20 seconds on two cores,
 * with evaluation after every epoch, checkpoints and export. The features are drawn, with labels that a head can learn.
 *
 *   npx tsx bench/paper-size.bench.ts
 */
import { Rng } from '../src/ml/data/rng.js';
import { fit } from '../src/ml/train/fit.js';
import { onnxEngine } from '../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../src/ml/train/run-config.js';
import { asTrainingProcess, quantile, writeResult } from './harness.js';

asTrainingProcess();

const [SAMPLES, DIMENSION, LABELS, EPOCHS] = [30_000, 512, 18, 20];
const rng = Rng.fromSeed(1);

/** Unit vectors that lean towards the directions of their labels. */
function features(targets: Uint8Array): Float32Array {
  const directions = Float32Array.from({ length: LABELS * DIMENSION }, () => rng.uniform() - 0.5);
  const data = new Float32Array(SAMPLES * DIMENSION);
  for (let row = 0; row < SAMPLES; row++) {
    const vector = data.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    for (let i = 0; i < DIMENSION; i++) {
      vector[i] = 4 * (rng.uniform() - 0.5);
      for (let label = 0; label < LABELS; label++) {
        if (targets[row * LABELS + label]) vector[i]! += directions[label * DIMENSION + i]!;
      }
    }
    const length = Math.hypot(...vector);
    for (let i = 0; i < DIMENSION; i++) vector[i]! /= length;
  }
  return data;
}

const targets = Uint8Array.from({ length: SAMPLES * LABELS }, () => (rng.uniform() < 0.1 ? 1 : 0));
const rows = Int32Array.from({ length: SAMPLES }, (_, row) => row);
const data = {
  features: {
    image: { data: features(targets), dimension: DIMENSION },
    text: { data: features(targets), dimension: DIMENSION },
  },
  targets,
  numLabels: LABELS,
  train: rows.subarray(0, 24_000),
  validation: rows.subarray(24_000, 27_000),
  test: rows.subarray(27_000),
};
const config = fillRunConfig({
  head: { kind: 'MLP', hidden: [512] },
  epochs: EPOCHS,
  earlyStopping: { metric: 'MEAN_AVERAGE_PRECISION', patience: EPOCHS },
});

const seconds: number[] = [];
let meanAveragePrecision: number | null = null;
for (let round = 0; round < 3; round++) {
  const started = performance.now();
  const { history } = await fit({ engine: onnxEngine, data, config, seed: round, threads: 2 });
  seconds.push((performance.now() - started) / 1000);
  meanAveragePrecision = history.at(-1)!.validation!.meanAveragePrecision;
}
const chance = 0.1;
if (!((meanAveragePrecision ?? 0) > 4 * chance)) throw new Error('nothing was learned');
await writeResult('paper-size', {
  samples: SAMPLES,
  dimension: DIMENSION,
  labels: LABELS,
  epochs: EPOCHS,
  seconds: { median: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) },
  meanAveragePrecision,
});
