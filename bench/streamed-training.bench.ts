/*
 * Question: does training on more samples than fit into memory take time linear in the samples, and how much memory?
 * Budget (issue 3): 1,000,000 × 512 × 2 with 1,000 labels, streamed from the packed file, under 4 GB. The baseline of each
 * size is the smallest one, scaled. Through the real train process, a LINEAR head over both modalities; every size must
 * have learned something. Validation and test have 2 % of the samples each. The last size has ten times the labels. The files
 * lie in the system's cache, as far as that goes.
 *
 *   npx tsx bench/streamed-training.bench.ts [share of the full size, 1 if left out]
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rng } from '../src/ml/data/rng.js';
import { allRows } from '../src/ml/data/rows.js';
import type { TrainEvent } from '../src/ml/processes/train.methods.js';
import { TrainProcess } from '../src/ml/processes/train-process.js';
import { fillRunConfig } from '../src/ml/train/run-config.js';
import { writeResult } from './harness.js';

const DIMENSION = 512;
const [LABELS_EACH, HELD_OUT, EPOCHS] = [5, 0.02, 2];
const THREADS = 2;
const share = Number(process.argv[2] ?? 1);
/** So low that every size is streamed. */
const MEMORY_LIMIT = share * 2 ** 31;
const SIZES = [
  { samples: 250_000, numLabels: 1_000 },
  { samples: 500_000, numLabels: 1_000 },
  { samples: 1_000_000, numLabels: 1_000 },
  { samples: 100_000, numLabels: 10_000 },
].map((size) => ({ ...size, samples: Math.round(size.samples * share) }));

/** Writes rows of noise on which the directions of the row's labels lie, image and text apart. */
async function writeFeatures(file: string, labels: Int32Array, samples: number, numLabels: number) {
  const rng = Rng.fromSeed(2);
  const draw = (length: number) => Float32Array.from({ length }, () => rng.uniform() - 0.5);
  const noise = draw(DIMENSION * 1009);
  const handle = await open(file, 'w');
  try {
    for (let modality = 0; modality < 2; modality++) {
      const directions = draw(numLabels * DIMENSION);
      const chunk = new Float32Array(5_000 * DIMENSION);
      for (let first = 0; first < samples; first += 5_000) {
        const rows = Math.min(5_000, samples - first);
        for (let row = 0; row < rows; row++) {
          const from = rng.below(noise.length - DIMENSION);
          const vector = chunk.subarray(row * DIMENSION, (row + 1) * DIMENSION);
          vector.set(noise.subarray(from, from + DIMENSION));
          for (let i = 0; i < LABELS_EACH; i++) {
            const start = labels[(first + row) * LABELS_EACH + i]! * DIMENSION;
            for (let d = 0; d < DIMENSION; d++) vector[d]! += directions[start + d]!;
          }
          let squares = 0;
          for (let d = 0; d < DIMENSION; d++) squares += vector[d]! ** 2;
          const length = Math.sqrt(squares);
          for (let d = 0; d < DIMENSION; d++) vector[d]! /= length;
        }
        await handle.write(new Uint8Array(chunk.buffer, 0, rows * DIMENSION * 4));
      }
    }
  } finally {
    await handle.close();
  }
}

/** The most memory that a process ever had resident, in bytes; 0 once it is gone. Linux only. */
function peakResident(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function train({ samples, numLabels }: (typeof SIZES)[number], directory: string) {
  const rng = Rng.fromSeed(1);
  const labels = new Int32Array(samples * LABELS_EACH);
  for (let row = 0; row < samples; row++) {
    const set = new Set<number>();
    while (set.size < LABELS_EACH) set.add(rng.below(numLabels));
    labels.set([...set], row * LABELS_EACH);
  }
  const featuresPath = path.join(directory, 'set.f32');
  await writeFeatures(featuresPath, labels, samples, numLabels);
  const rows = allRows(samples);
  const [held, trained] = [samples * HELD_OUT, samples * (1 - 2 * HELD_OUT)].map(Math.round);
  const trainer = new TrainProcess({ nice: 0 });
  let peak = 0;
  const look = () => {
    for (const pid of trainer.pids) peak = Math.max(peak, peakResident(pid));
  };
  const timer = setInterval(look, 100);
  const started = performance.now();
  try {
    const { history, final } = await trainer.train(
      {
        featuresPath,
        samples,
        dimension: DIMENSION,
        numLabels,
        labelOffsets: Int32Array.from({ length: samples + 1 }, (_, row) => row * LABELS_EACH),
        labels,
        train: rows.subarray(0, trained),
        validation: rows.subarray(trained!, trained! + held!),
        validationPaired: new Int32Array(0),
        test: rows.subarray(trained! + held!),
        config: fillRunConfig({
          head: { kind: 'LINEAR' },
          optimizer: { kind: 'ADAMW', learningRate: 0.003 },
          batchSize: 1024,
          epochs: EPOCHS,
          earlyStopping: null,
        }),
        seed: 1,
        engine: 'onnxruntime',
        device: 'cpu',
        threads: THREADS,
        memoryLimit: MEMORY_LIMIT,
        checkpointPath: path.join(directory, 'checkpoint'),
      },
      {
        signal: new AbortController().signal,
        onEvent: (event: TrainEvent) => {
          look();
          if (event.kind === 'epoch') {
            console.error(
              `${samples} × ${numLabels}: epoch of ${event.epoch.seconds.toFixed(1)} s`,
            );
          }
        },
      },
    );
    const losses = history.map(({ trainLoss }) => trainLoss);
    if (!losses.every((loss, at) => at === 0 || loss < losses[at - 1]!)) {
      throw new Error(`the loss does not fall: ${losses}`);
    }
    const seconds = history.map((epoch) => epoch.seconds);
    return {
      samples,
      numLabels,
      secondsPerEpoch: Math.min(...seconds),
      microsecondsPerSample: (Math.min(...seconds) / samples) * 1e6,
      wholeSeconds: (performance.now() - started) / 1000,
      peakResidentMiB: Math.round(peak / 2 ** 20),
      trainLoss: losses,
      meanAveragePrecision: final?.meanAveragePrecision ?? null,
    };
  } finally {
    clearInterval(timer);
    await trainer.close();
  }
}

const directory = await mkdtemp(path.join(tmpdir(), 'clipwright-streamed-'));
try {
  const sizes = [];
  for (const size of SIZES) {
    await rm(path.join(directory, 'checkpoint'), { force: true });
    sizes.push(await train(size, directory));
  }
  const [smallest, , largest] = sizes;
  await writeResult('streamed-training', {
    dimension: DIMENSION,
    head: 'LINEAR',
    batchSize: 1024,
    threads: THREADS,
    share,
    sizes,
    timePerSampleOfLargestToSmallest:
      largest!.microsecondsPerSample / smallest!.microsecondsPerSample,
  });
} finally {
  await rm(directory, { recursive: true, force: true });
}
