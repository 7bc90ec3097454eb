/*
 * Question: how long does training wait for its features? Budget (issue 2): 30,000 × 2 × 512 as one typed array in under a
 * second. The file is freshly written, so it comes from the page cache, as it does after an embedding job.
 *
 *   npx tsx bench/load-set.bench.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEmbeddingFile } from '../src/ml/train/embedding-file.js';
import { quantile, writeResult } from './harness.js';

const [samples, dimension] = [30_000, 512];
const work = await mkdtemp(path.join(tmpdir(), 'clipwright-load-'));
try {
  const file = path.join(work, 'set.f32');
  const vectors = new Float32Array(2 * samples * dimension).map((_, i) => i % 1000);
  await writeFile(file, new Uint8Array(vectors.buffer));
  const seconds: number[] = [];
  for (let round = 0; round < 7; round++) {
    const started = performance.now();
    const { text } = await readEmbeddingFile(file, { samples, dimension }, ['image', 'text']);
    seconds.push((performance.now() - started) / 1000);
    const at = samples * dimension - 1;
    if (text!.data[at] !== vectors[2 * samples * dimension - 1]) throw new Error('wrong vectors');
  }
  await writeResult('load-set', {
    samples,
    dimension,
    seconds: { median: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) },
  });
} finally {
  await rm(work, { recursive: true, force: true });
}
