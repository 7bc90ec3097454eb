/*
 * Question: how long does training wait for its features? Budget (issue 2): 30,000 × 2 × 512 as training is fed them in under a
 * second. The file is freshly written, so it comes from the page cache, as it does after an embedding job.
 *
 *   npx tsx bench/load-set.bench.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFeatures } from '../src/ml/train/embedding-file.js';
import { columnsOf } from '../src/ml/train/sample-features.js';
import { quantile, writeResult } from './harness.js';

const [samples, dimension] = [30_000, 512];
const columns = columnsOf('CONCAT', { image: dimension, text: dimension });
const work = await mkdtemp(path.join(tmpdir(), 'clipwright-load-'));
try {
  const file = path.join(work, 'set.f32');
  const vectors = new Float32Array(2 * samples * dimension).map((_, i) => i % 1000);
  await writeFile(file, new Uint8Array(vectors.buffer));
  const seconds: number[] = [];
  for (let round = 0; round < 7; round++) {
    const started = performance.now();
    const features = await readFeatures({ path: file, samples, dimension }, columns);
    seconds.push((performance.now() - started) / 1000);
    const last = Math.fround(vectors.at(-1)! * Math.fround(Math.sqrt(dimension)));
    if (features.at(-1) !== last) throw new Error('wrong vectors');
  }
  await writeResult('load-set', {
    samples,
    dimension,
    seconds: { median: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) },
  });
} finally {
  await rm(work, { recursive: true, force: true });
}
