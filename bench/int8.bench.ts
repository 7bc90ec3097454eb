/*
 * Question: what does INT8 gain from JPEG files to vectors, with a whole ViT-B/32? Against ourselves in FP32, and against
 * transformers.js with the same weights, in FP32 and with the same INT8 file, each at its best batch size. Interleaved
 * rounds; ratios are of one round. The machine may have other work: it falls on all of them.
 * Budget (issue 4): 2.2 times FP32 on a CPU with VNNI, and 2.2 times transformers.js.
 *
 *   npx tsx bench/int8.bench.ts [--photos ../shared/photos/images] [--count 128] [--rounds 7]
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { describeEncoder } from '../src/ml/clip/describe-encoder.js';
import { embedAll } from '../src/ml/clip/embed-pipeline.js';
import type { EncoderDescription } from '../src/ml/clip/encoder-description.js';
import { inVariant } from '../src/ml/clip/encoder-variant.js';
import { l2NormalizeRows } from '../src/ml/clip/l2-normalize.js';
import { measureDrift } from '../src/ml/clip/measure-drift.js';
import { Rng } from '../src/ml/data/rng.js';
import { VariantStore } from '../src/services/variant-store.js';
import { medianOfRounds, peerEnvironment, writeResult } from './harness.js';
import { vitB32 } from './vit-b32/generate.js';

const PEER = '@huggingface/transformers@4.3.1';
const BATCHES = [8, 16, 32];

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '../shared/photos/images' },
    count: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '7' },
  },
});
// The children as users run them: compiled.
const compiled = (name: string) =>
  import(new URL(`../dist/ml/processes/${name}`, import.meta.url).href);
const { ImageProcess } = (await compiled(
  'image-process.js',
)) as typeof import('../src/ml/processes/image-process.js');
const { PlannedInfer } = (await compiled(
  'planned-infer.js',
)) as typeof import('../src/ml/processes/planned-infer.js');
const { quantiseTowers } = (await compiled(
  'quantise-towers.js',
)) as typeof import('../src/ml/processes/quantise-towers.js');

const names = (await readdir(values.photos)).sort().slice(0, Number(values.count));
const files = names.map((name) => path.resolve(values.photos, name));
const threads = availableParallelism();
const work = await mkdtemp(path.join(tmpdir(), 'clipwright-int8-'));
const images = new ImageProcess({ threads });
const runner = new PlannedInfer({ threads });
let peer: ChildProcess | undefined;
try {
  const fp32 = await describeEncoder(await vitB32());
  const { int8, quantiseSeconds } = await makeInt8(fp32);
  const drift = await measureDrift(runner, fp32, int8);
  peer = await startPeer(fp32, int8);
  const batches = { fp32: await bestBatch('fp32'), q8: await bestBatch('q8') };

  const ways = {
    fp32: () => ours(fp32),
    int8: () => ours(int8),
    peerFp32: () => theirs('fp32', batches.fp32),
    peerInt8: () => theirs('q8', batches.q8),
  };
  type Way = keyof typeof ways;
  const seconds: Record<Way, number[]> = { fp32: [], int8: [], peerFp32: [], peerInt8: [] };
  const vectors: Partial<Record<Way, Float32Array>> = {};
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const way of Object.keys(ways) as Way[]) {
      const run = await ways[way]();
      vectors[way] = run.vectors;
      if (round > 0) seconds[way].push(run.seconds);
    }
  }
  // What is compared has to be the same work: images are resampled a little differently, no more.
  const cosines = {
    int8ToFp32: lowestCosine(vectors.int8!, vectors.fp32!),
    peerFp32ToFp32: lowestCosine(vectors.peerFp32!, vectors.fp32!),
    peerInt8ToInt8: lowestCosine(vectors.peerInt8!, vectors.int8!),
  };
  for (const cosine of Object.values(cosines)) {
    if (!(cosine > 0.99)) throw new Error(`vectors differ: ${JSON.stringify(cosines)}`);
  }
  const rng = Rng.fromSeed(1);
  const ratio = (slow: Way, fast: Way) =>
    medianOfRounds(
      seconds[slow].map((each, round) => each / seconds[fast][round]!),
      rng,
    );
  await writeResult('int8', {
    photos: files.length,
    rounds: Number(values.rounds),
    quantiseSeconds,
    drift,
    cosines,
    photosPerSecond: Object.fromEntries(
      Object.entries(seconds).map(([way, each]) => [
        way,
        files.length / medianOfRounds(each, rng).median,
      ]),
    ),
    peer: { name: PEER, batches },
    int8ToFp32: ratio('fp32', 'int8'),
    int8ToPeerFp32: ratio('peerFp32', 'int8'),
    int8ToPeerInt8: ratio('peerInt8', 'int8'),
    fp32ToPeerFp32: ratio('peerFp32', 'fp32'),
    wanted: 2.2,
  });
} finally {
  peer?.kill();
  await Promise.all([images.close(), runner.close()]);
  await rm(work, { recursive: true });
}

async function makeInt8(fp32: EncoderDescription) {
  const store = new VariantStore(path.join(work, 'precisions'));
  const variant = await store.quantised(fp32);
  const start = performance.now();
  const inFolder = (tower: string) => path.join(fp32.directory, tower);
  const { vision, text } = fp32.towers;
  const from = { vision: inFolder(vision), text: inFolder(text) };
  await store.make(variant, fp32.sizeBytes, (to) => quantiseTowers(from, to));
  const quantiseSeconds = (performance.now() - start) / 1000;
  return { int8: inVariant(fp32, variant), quantiseSeconds };
}

async function ours(encoder: EncoderDescription) {
  const vectors = new Float32Array(files.length * encoder.dimension);
  const items = files.map((file) => ({ image: { path: file } }));
  const start = performance.now();
  for await (const chunk of embedAll(items, { encoder, images, runner })) {
    const [failure] = chunk.failures.values();
    if (failure) throw failure;
    for (const [i, row] of chunk.rows.entries()) {
      vectors.set(row, (chunk.start + i) * encoder.dimension);
    }
  }
  return { seconds: (performance.now() - start) / 1000, vectors };
}

/** As it reads a model: both precisions in one folder. */
async function startPeer(
  fp32: EncoderDescription,
  int8: EncoderDescription,
): Promise<ChildProcess> {
  const installed = path.join(work, 'peer');
  const model = path.join(work, 'model');
  await mkdir(installed);
  await mkdir(path.join(model, 'onnx'), { recursive: true });
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', installed];
  await promisify(execFile)('npm', [...npm, PEER]);
  for (const name of ['config.json', 'preprocessor_config.json']) {
    await symlink(path.join(fp32.directory, name), path.join(model, name));
  }
  const vision = path.join(model, 'onnx/vision_model.onnx');
  await symlink(path.join(fp32.directory, fp32.towers.vision), vision);
  await symlink(int8.towers.vision, vision.replace('.onnx', '_quantized.onnx'));
  const child = fork(
    path.join(import.meta.dirname, 'peers/transformers-js.mjs'),
    [installed, model],
    {
      serialization: 'advanced',
      execArgv: [],
      env: peerEnvironment(),
    },
  );
  await once(child, 'message');
  return child;
}

async function theirs(dtype: 'fp32' | 'q8', batch: number, given: readonly string[] = files) {
  peer!.send({ files: given, dtype, batch });
  const [answer] = (await once(peer!, 'message')) as [{ seconds: number; vectors: number[] }];
  const vectors = Float32Array.from(answer.vectors);
  l2NormalizeRows(vectors, vectors.length / given.length);
  return { seconds: answer.seconds, vectors };
}

async function bestBatch(dtype: 'fp32' | 'q8'): Promise<number> {
  await theirs(dtype, 8, files.slice(0, 16));
  const seconds = new Map<number, number>();
  for (const batch of [...BATCHES, ...BATCHES]) {
    const run = await theirs(dtype, batch, files.slice(0, 64));
    seconds.set(batch, Math.min(run.seconds, seconds.get(batch) ?? Number.POSITIVE_INFINITY));
  }
  return [...seconds].sort(([, a], [, b]) => a - b)[0]![0];
}

function lowestCosine(a: Float32Array, b: Float32Array): number {
  const dimension = a.length / files.length;
  const cosines = files.map((_, row) => {
    let cosine = 0;
    for (let i = row * dimension; i < (row + 1) * dimension; i += 1) cosine += a[i]! * b[i]!;
    return cosine;
  });
  return Math.min(...cosines);
}
