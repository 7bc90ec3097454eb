/*
 * Question: how long does the first list of near pairs of a set take, as the `duplicates` query asks for it? Everything after comes from
 * memory. Random unit vectors, of which each hundredth is another one with some noise: exactly those pairs have to be found.
 *
 *   npx tsx bench/duplicates.bench.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { l2NormalizeRows } from '../src/ml/clip/l2-normalize.js';
import { Rng } from '../src/ml/data/rng.js';
import { nearPairs } from '../src/ml/search/near-pairs.js';
import { writeResult } from './harness.js';

const DIMENSION = 512;
const COPIES = 100;
const threads = availableParallelism();

const work = await mkdtemp(path.join(tmpdir(), 'clipwright-duplicates-'));
try {
  const sizes: { samples: number; seconds: number; cpuSeconds: number }[] = [];
  for (const samples of [5000, 10_000, 50_000]) sizes.push(await measured(samples));
  await writeResult('duplicates', { dimension: DIMENSION, threads, sizes });
} finally {
  await rm(work, { recursive: true, force: true });
}

async function measured(samples: number) {
  const rng = Rng.fromSeed(1);
  // Photos alone: nothing reads the captions' half.
  const vectors = new Float32Array(2 * samples * DIMENSION);
  for (let at = 0; at < samples * DIMENSION; at++) vectors[at] = rng.uniform() - 0.5;
  for (let row = COPIES; row < samples; row += COPIES) {
    for (let d = 0; d < DIMENSION; d++) {
      const original = vectors[(row - 1) * DIMENSION + d]!;
      vectors[row * DIMENSION + d] = original + 0.05 * (rng.uniform() - 0.5);
    }
  }
  l2NormalizeRows(vectors.subarray(0, samples * DIMENSION), DIMENSION);
  const file = path.join(work, 'set.f32');
  await writeFile(file, new Uint8Array(vectors.buffer));
  const before = process.cpuUsage();
  const started = performance.now();
  const { all } = await nearPairs({
    file: { path: file, samples, dimension: DIMENSION },
    threshold: 0.97,
    splits: new Uint8Array(samples),
    limit: 10_000,
    threads,
  });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  if (all.total !== Math.floor((samples - 1) / COPIES)) throw new Error(`${all.total} pairs`);
  return { samples, seconds, cpuSeconds: (user + system) / 1e6 };
}
