/*
 * Question: how long does a search of an embedding set take, from the request in the server's process to the hits? Budget
 * (issue 4): 100,000 vectors, exact, p95 at most 15 ms. Before timing, every answer is compared with one of all cosines in
 * float64: recall must be 1. The baseline is that comparison in plain JavaScript, in float32.
 *
 *   npx tsx bench/search.bench.ts
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rng } from '../src/ml/data/rng.js';
import { residentMemory } from '../src/ml/processes/resident-memory.js';
import { SearchProcess } from '../src/ml/processes/search-process.js';
import { quantile, writeResult } from './harness.js';

const [samples, dimension, first, searches] = [100_000, 512, 20, 300];
const rng = Rng.fromSeed(1);
const normal = () =>
  Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());

/** Like CLIP's: clusters, and one component that is large in every vector. */
const centres = Array.from({ length: 200 }, () => Float32Array.from({ length: dimension }, normal));
function vector(): Float32Array {
  const centre = centres[rng.below(centres.length)]!;
  const found = centre.map((value) => value + 1.2 * normal());
  found[0] = 25;
  const norm = Math.sqrt(found.reduce((sum, value) => sum + value * value, 0));
  return found.map((value) => value / norm);
}

const work = await mkdtemp(path.join(tmpdir(), 'clipwright-search-'));
const search = new SearchProcess();
try {
  const file = { path: path.join(work, 'set.f32'), samples, dimension };
  const vectors = new Float32Array(samples * dimension);
  for (let row = 0; row < samples; row++) vectors.set(vector(), row * dimension);
  const handle = await open(file.path, 'w');
  for (let half = 0; half < 2; half++) await handle.writeFile(new Uint8Array(vectors.buffer));
  await handle.close();

  const nearest = (query: Float32Array) => {
    const started = performance.now();
    const cosines = new Float64Array(samples);
    for (let row = 0; row < samples; row++) {
      let sum = 0;
      for (let d = 0, at = row * dimension; d < dimension; d++, at++)
        sum += query[d]! * vectors[at]!;
      cosines[row] = sum;
    }
    const least = Float64Array.from(cosines).sort()[samples - first]!;
    return {
      milliseconds: performance.now() - started,
      rows: new Set([...cosines.keys()].filter((row) => cosines[row]! >= least)),
    };
  };
  const ask = (query: Float32Array) =>
    search.search({
      file,
      modality: 'image',
      query: { vector: query, modality: 'image' },
      limit: first,
      allowed: null,
    });

  const began = performance.now();
  await ask(vector());
  const firstSeconds = (performance.now() - began) / 1000;

  let found = 0;
  const plain: number[] = [];
  for (let i = 0; i < 15; i++) {
    const query = vector();
    const expected = nearest(query);
    plain.push(expected.milliseconds);
    const { hits } = await ask(query);
    found += hits.filter(({ row }) => expected.rows.has(row)).length;
  }
  const recall = found / (15 * first);
  if (recall !== 1) throw new Error(`recall ${recall}`);

  const milliseconds: number[] = [];
  for (let i = 0; i < searches; i++) {
    const query = vector();
    const started = performance.now();
    await ask(query);
    milliseconds.push(performance.now() - started);
  }
  await writeResult('search', {
    samples,
    dimension,
    first,
    recall,
    firstSeconds,
    milliseconds: { median: quantile(milliseconds, 0.5), p95: quantile(milliseconds, 0.95) },
    plain: { median: quantile(plain, 0.5), p95: quantile(plain, 0.95) },
    residentMiB: Math.round((residentMemory(search.pids[0]!) ?? 0) / 2 ** 20),
  });
} finally {
  await search.close();
  await rm(work, { recursive: true, force: true });
}
