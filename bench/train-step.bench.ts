/**
 * How long does one training step take, 1024 → 512 → 18 at batch 256 with AdamW, against the same matrix products alone?
 * Baseline: a loop of nothing but the five products, in the layouts that training uses, in the same run.
 *
 *     npx tsx bench/train-step.bench.ts [threads]
 */
import { drawEpoch } from '../src/ml/data/batches.js';
import { Rng } from '../src/ml/data/rng.js';
import { gemm, input, transpose } from '../src/ml/graph/build.js';
import type { TensorData } from '../src/ml/graph/dtype.js';
import { exportLoop } from '../src/ml/onnx/export-loop.js';
import { Session } from '../src/ml/runtime/session.js';
import { onnxEngine } from '../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../src/ml/train/run-config.js';
import { buildTrainStep } from '../src/ml/train/train-step.js';
import { Trainer } from '../src/ml/train/trainer.js';
import { quantile, writeResult } from './harness.js';

const [SAMPLES, DIMENSION, HIDDEN, LABELS, BATCH] = [8000, 512, 512, 18, 256];
const STEPS = 16;
const ROUNDS = 25;
const threads = Number(process.argv[2] ?? 2);
const rng = Rng.fromSeed(1);

interface Subject {
  readonly name: string;
  run(): Promise<void>;
  close(): Promise<void>;
}

function random(shape: readonly number[]): TensorData<'float32'> {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, () => (rng.uniform() - 0.5) / 13);
  return { dtype: 'float32', shape, data };
}

const shared: Record<string, TensorData> = {
  image: random([SAMPLES, DIMENSION]),
  text: random([SAMPLES, DIMENSION]),
  targets: {
    dtype: 'uint8',
    shape: [SAMPLES, LABELS],
    data: Uint8Array.from({ length: SAMPLES * LABELS }, () => (rng.uniform() < 0.2 ? 1 : 0)),
  },
};

/** Checks that the loss falls before anything is timed. */
async function training(name: string, head: object): Promise<Subject> {
  const config = fillRunConfig({ head });
  const dims = { embeds: { image: DIMENSION, text: DIMENSION }, numLabels: LABELS };
  const step = buildTrainStep(config, dims, BATCH);
  const trainer = await Trainer.open({
    engine: onnxEngine,
    config,
    step,
    numLabels: LABELS,
    shared,
    rng,
    threads,
  });
  const order = drawEpoch(
    Int32Array.from({ length: SAMPLES }, (_, i) => i),
    BATCH,
    rng,
  );
  let before = 0;
  const run = async () => {
    const losses = await trainer.run({
      order,
      from: 0,
      steps: STEPS,
      before,
      learningRate: () => 1e-3,
    });
    before += STEPS;
    return losses;
  };
  const [first, last] = [(await run())[0]!, (await run())[STEPS - 1]!];
  if (!(last < first)) throw new Error(`${name}: the loss went from ${first} to ${last}`);
  return { name, run: async () => void (await run()), close: () => trainer.close() };
}

async function products(): Promise<Subject> {
  const x = input('x', [BATCH, 2 * DIMENSION]);
  const first = input('first', [HIDDEN, 2 * DIMENSION]);
  const second = input('second', [LABELS, HIDDEN]);
  const hidden = gemm(x, first, { transB: true });
  const logits = gemm(hidden, second, { transB: true });
  const outputs = {
    first: gemm(transpose(gemm(logits, second)), x),
    second: gemm(transpose(logits), hidden),
  };
  const graph = { outputs, states: ['first', 'second'], perStep: [] };
  const session = await Session.open(exportLoop(graph), { threads });
  const feeds: Record<string, TensorData> = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(STEPS)) },
    x: random([BATCH, 2 * DIMENSION]),
    first: random([HIDDEN, 2 * DIMENSION]),
    second: random([LABELS, HIDDEN]),
  };
  const run = async () => void (await session.run(feeds));
  return { name: 'matrix products alone', run, close: () => session.close() };
}

const plain = { kind: 'MLP', hidden: [HIDDEN], activation: 'RELU', dropout: 0 };
const subjects = [
  await training('RELU, no dropout', plain),
  await training('GELU, dropout 0.2 (default)', { kind: 'MLP' }),
  await products(),
];
const times = subjects.map((): number[] => []);
for (let round = -3; round < ROUNDS; round++) {
  for (const [index, subject] of subjects.entries()) {
    const started = performance.now();
    await subject.run();
    if (round >= 0) times[index]!.push((performance.now() - started) / STEPS);
  }
}
for (const subject of subjects) await subject.close();

const result: Record<string, unknown> = { threads, steps: STEPS * ROUNDS };
subjects.forEach(({ name }, index) => {
  const [ms, baseline] = [times[index]!, times.at(-1)!];
  result[name] = {
    medianMs: quantile(ms, 0.5),
    p95Ms: quantile(ms, 0.95),
    ratioToProducts: quantile(
      ms.map((value, round) => value / baseline[round]!),
      0.5,
    ),
  };
});
await writeResult('train-step', result);
