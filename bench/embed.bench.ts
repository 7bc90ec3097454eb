/*
 * Question: does embedding keep the cores busy? Decoding, resampling and inference are measured alone on one thread; their
 * sum is the CPU time of a photo, and cores divided by it the most that this machine could embed in a second.
 * Budget (issue 2): the whole pipeline, from paths to vectors, reaches 0.85 of that. Nothing else running.
 *
 *   npx tsx bench/embed.bench.ts [--encoder models/clip-mini] [--folder ../shared/photos/images] [--count 1000]
 */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { describeEncoder } from '../src/ml/clip/describe-encoder.js';
import { embedAll } from '../src/ml/clip/embed-pipeline.js';
import { Encoder } from '../src/ml/clip/encoder.js';
import { decodeImage } from '../src/ml/image/decode-image.js';
import { readImageHeader } from '../src/ml/image/image-header.js';
import { preprocessImage } from '../src/ml/image/preprocess-image.js';
import type { Raster } from '../src/ml/image/resample.js';
import { ResampleWeightsCache } from '../src/ml/image/resample-weights.js';
import { planInference } from '../src/ml/processes/plan-inference.js';
import { quantile, writeResult } from './harness.js';

const { values } = parseArgs({
  options: {
    encoder: { type: 'string', default: 'models/clip-mini' },
    folder: { type: 'string', default: '../shared/photos/images' },
    count: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
});
// The children as users run them: compiled. The modules beside which they lie decide.
const compiled = (name: string) =>
  import(new URL(`../dist/ml/processes/${name}`, import.meta.url).href);
const { ImageProcess } = (await compiled(
  'image-process.js',
)) as typeof import('../src/ml/processes/image-process.js');
const { InferProcess } = (await compiled(
  'infer-process.js',
)) as typeof import('../src/ml/processes/infer-process.js');
const CHUNK = 16;
const ALONE = 160;
const encoder = await describeEncoder(values.encoder);
const names = (await readdir(values.folder)).sort().slice(0, Number(values.count));
const paths = names.map((name) => path.join(values.folder, name));
const cores = availableParallelism();
const plan = planInference(cores, encoder.sizeBytes);

const alone = await measureAlone();
const images = new ImageProcess({ threads: cores });
const runner = new InferProcess(plan);
try {
  await pipeline(paths.slice(0, 10 * CHUNK));
  const seconds: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const start = performance.now();
    const vectors = await pipeline(paths);
    seconds.push((performance.now() - start) / 1000);
    checkSame(vectors, alone.vectors);
  }
  delay.disable();
  const median = quantile(seconds, 0.5);
  const photosPerSecond = paths.length / median;
  const cpuMs = alone.decodeMs + alone.resampleMs + alone.inferMs;
  const limit = (cores * 1000) / cpuMs;
  await writeResult(`embed-${path.basename(encoder.directory)}`, {
    photos: paths.length,
    plan,
    cpuMsPerPhoto: {
      decode: alone.decodeMs,
      resample: alone.resampleMs,
      infer: alone.inferMs,
      sum: cpuMs,
    },
    limitPhotosPerSecond: limit,
    photosPerSecond,
    seconds: { median, p95: quantile(seconds, 0.95) },
    ratio: photosPerSecond / limit,
    wanted: 0.85,
    eventLoopDelayP99Ms: delay.percentile(99) / 1e6,
  });
} finally {
  await Promise.all([images.close(), runner.close()]);
}

async function pipeline(files: readonly string[]): Promise<Float32Array> {
  const vectors = new Float32Array(files.length * encoder.dimension);
  const items = files.map((file) => ({ image: { path: file } }));
  for await (const chunk of embedAll(items, { encoder, images, runner, chunkSize: CHUNK })) {
    const [failure] = chunk.failures.values();
    if (failure) throw failure;
    for (const [i, row] of chunk.rows.entries()) {
      vectors.set(row, (chunk.start + i) * encoder.dimension);
    }
  }
  return vectors;
}

async function measureAlone() {
  const cache = new ResampleWeightsCache();
  const files = await Promise.all(paths.slice(0, ALONE).map((file) => readFile(file)));
  const model = new Encoder(encoder, 1);
  const rasters: Raster[] = [];
  const levels: Uint8Array[] = [];
  let vectors = new Float32Array(0);
  const steps = {
    decode: async () => {
      rasters.length = 0;
      for (const file of files) rasters.push(await decodeImage(file, await readImageHeader(file)));
    },
    resample: async () => {
      levels.length = 0;
      for (const raster of rasters) {
        levels.push(preprocessImage(raster, encoder.image.geometry, cache));
      }
    },
    infer: async () => {
      const rows: number[] = [];
      for (let start = 0; start < levels.length; start += CHUNK) {
        const part = levels.slice(start, start + CHUNK);
        rows.push(...(await model.embedImages(Buffer.concat(part), part.length)));
      }
      vectors = Float32Array.from(rows);
    },
  };
  const decodeMs = await cpuMsPerPhoto(steps.decode);
  const resampleMs = await cpuMsPerPhoto(steps.resample);
  const inferMs = await cpuMsPerPhoto(steps.infer);
  await model.close();
  return { decodeMs, resampleMs, inferMs, vectors };
}

/** CPU time and not the clock, so that a step alone cannot profit from a second core. Median of five after a warm-up. */
async function cpuMsPerPhoto(step: () => Promise<void>): Promise<number> {
  await step();
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const before = process.cpuUsage();
    await step();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000 / Math.min(ALONE, paths.length));
  }
  return quantile(times, 0.5);
}

function checkSame(vectors: Float32Array, expected: Float32Array): void {
  for (const [i, value] of expected.entries()) {
    if (vectors[i] !== value)
      throw new Error(`vector ${Math.trunc(i / encoder.dimension)} differs`);
  }
}
