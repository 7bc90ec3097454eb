/*
 * Question: what do metrics over more scores than fit into memory cost? Budget (issue 3): 1,000,000 samples × 1,000 labels
 * in under 2 GB. First the result is held against the metrics in memory, at a size that both can do. The file is freshly
 * written: as far as memory goes it comes from the page cache, which is not counted, being the system's to take back.
 *
 *   npx tsx bench/streamed-metrics.bench.ts [samples] [labels]     needs 4 bytes × samples × labels of disk
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFloat32Rows } from '../src/ml/data/float32-rows.js';
import type { LabelSets } from '../src/ml/data/label-sets.js';
import { Rng } from '../src/ml/data/rng.js';
import { evaluate } from '../src/ml/metrics/evaluate.js';
import { evaluateStreamed } from '../src/ml/metrics/evaluate-streamed.js';
import { writeResult } from './harness.js';

const LABELS_PER_SAMPLE = 4;
const [samples = 1_000_000, numLabels = 1_000] = process.argv.slice(2).map(Number);

const work = await mkdtemp(path.join(tmpdir(), 'clipwright-metrics-'));
try {
  await checkAgainstMemory();
  const file = path.join(work, 'scores.f32');
  const labelSets = await writeScores(file, samples, numLabels);
  const started = performance.now();
  const { metrics } = await evaluateStreamed(splitOf(file, labelSets, samples, numLabels), 0.5);
  const seconds = (performance.now() - started) / 1000;
  // The high-water mark of the whole process, the writing of the file included.
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  await writeResult('streamed-metrics', {
    samples,
    numLabels,
    seconds,
    nanosecondsPerScore: (seconds * 1e9) / (samples * numLabels),
    peakMiB,
    meanAveragePrecision: metrics.meanAveragePrecision,
  });
} finally {
  await rm(work, { recursive: true, force: true });
}

/** Blocks of 7 of 30 labels, so that some hold all and the last one few. */
async function checkAgainstMemory(): Promise<void> {
  const [n, l] = [2_000, 30];
  const file = path.join(work, 'check.f32');
  const labelSets = await writeScores(file, n, l);
  const split = splitOf(file, labelSets, n, l);
  const scores = new Float32Array(n * l);
  let at = 0;
  for await (const rows of split.rows()) {
    scores.set(rows, at);
    at += rows.length;
  }
  const targets = new Uint8Array(n * l);
  for (let sample = 0; sample < n; sample++) {
    const carried = labelSets.labels.subarray(
      labelSets.offsets[sample]!,
      labelSets.offsets[sample + 1]!,
    );
    for (const label of carried) targets[sample * l + label] = 1;
  }
  const { metrics: streamed } = await evaluateStreamed(split, 0.5, 7 * n * 5);
  const inMemory = evaluate(scores, targets, l, 0.5);
  for (const [name, value] of Object.entries(inMemory)) {
    const other = streamed[name as keyof typeof streamed];
    const isSame =
      typeof value === 'number'
        ? Math.abs(value - (other as number)) < 1e-12
        : JSON.stringify(value) === JSON.stringify(other);
    if (!isSame) throw new Error(`${name} is ${other} streamed and ${value} in memory`);
  }
}

function splitOf(file: string, labelSets: LabelSets, samples: number, numLabels: number) {
  return { numLabels, labelSets, rows: () => readFloat32Rows(file, { samples, numLabels }) };
}

/** Scores uniform over [0, 1), higher for the labels that a sample carries. */
async function writeScores(file: string, samples: number, numLabels: number): Promise<LabelSets> {
  const rng = Rng.fromSeed(1);
  const offsets = Int32Array.from({ length: samples + 1 }, (_, i) => i * LABELS_PER_SAMPLE);
  const labels = new Int32Array(samples * LABELS_PER_SAMPLE);
  const rowsAtATime = Math.max(1, Math.floor(2 ** 22 / numLabels));
  const scores = new Float32Array(rowsAtATime * numLabels);
  const handle = await open(file, 'w');
  try {
    for (let from = 0; from < samples; from += rowsAtATime) {
      const rows = Math.min(rowsAtATime, samples - from);
      for (let at = 0; at < rows * numLabels; at++) scores[at] = rng.uniform();
      for (let row = 0; row < rows; row++) {
        const first = rng.below(numLabels);
        for (let i = 0; i < LABELS_PER_SAMPLE; i++) {
          // Neighbours, so that no label comes twice.
          const label = (first + i) % numLabels;
          labels[(from + row) * LABELS_PER_SAMPLE + i] = label;
          scores[row * numLabels + label] = rng.uniform() ** 0.25;
        }
      }
      await handle.writeFile(new Uint8Array(scores.buffer, 0, rows * numLabels * 4));
    }
  } finally {
    await handle.close();
  }
  return { offsets, labels };
}
