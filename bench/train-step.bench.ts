/**
 * How long does one training step take, 1024 → 512 → 18 at batch 256 with AdamW? Baselines in the same run: a loop of nothing
 * but the five matrix products, in the layouts that training uses, and, where a Python with PyTorch is named, the same step
 * in PyTorch at its fastest.
 *
 *     npx tsx bench/train-step.bench.ts [python]
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
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
const THREADS = 2;
const python = process.argv[2];
const rng = Rng.fromSeed(1);

interface Subject {
  readonly name: string;
  /** `STEPS` steps; milliseconds each. */
  run(): Promise<number>;
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
  const statistics = { samples: SAMPLES, positives: Array(LABELS).fill(SAMPLES / 4) };
  const step = buildTrainStep(config, dims, BATCH, statistics);
  const trainer = await Trainer.open({
    engine: onnxEngine,
    config,
    step,
    numLabels: LABELS,
    shared,
    rng,
    threads: THREADS,
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
  return { name, run: () => timed(run), close: () => trainer.close() };
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
  const session = await Session.open(exportLoop(graph), { threads: THREADS });
  const feeds: Record<string, TensorData> = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(STEPS)) },
    x: random([BATCH, 2 * DIMENSION]),
    first: random([HIDDEN, 2 * DIMENSION]),
    second: random([LABELS, HIDDEN]),
  };
  const run = () => timed(() => session.run(feeds));
  return { name: 'matrix products alone', run, close: () => session.close() };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / STEPS;
}

/** PyTorch in a process of its own, which waits while others are timed. */
async function torch(command: string): Promise<{ version: string; subjects: Subject[] }> {
  const script = path.join(import.meta.dirname, 'peers/torch_step.py');
  const child = spawn(command, [script, String(THREADS), String(STEPS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`expected ${command} to have PyTorch, but it ended`);
    return value;
  };
  const version = await answer();
  const ask = (kind: string) => async () => {
    child.stdin.write(`${kind}\n`);
    return Number(await answer());
  };
  const close = async () => void child.stdin.end();
  return {
    version,
    subjects: [
      { name: 'PyTorch, RELU', run: ask('relu'), close },
      { name: 'PyTorch, GELU', run: ask('gelu'), close },
    ],
  };
}

const plain = { kind: 'MLP', hidden: [HIDDEN], activation: 'RELU', dropout: 0 };
const peer = python === undefined ? undefined : await torch(python);
const ours = {
  relu: await training('RELU, no dropout', plain),
  gelu: await training('GELU, dropout 0.2 (default)', { kind: 'MLP' }),
  products: await products(),
};
const subjects = [...Object.values(ours), ...(peer?.subjects ?? [])];
const times = new Map(subjects.map((subject): [Subject, number[]] => [subject, []]));
for (let round = -3; round < ROUNDS; round++) {
  for (const subject of subjects) {
    const ms = await subject.run();
    if (round >= 0) times.get(subject)!.push(ms);
  }
}
for (const subject of subjects) await subject.close();

/** Median over the rounds, with the middle 90 %. */
function ratio(slower: Subject, faster: Subject) {
  const values = times.get(slower)!.map((ms, round) => ms / times.get(faster)![round]!);
  return {
    median: quantile(values, 0.5),
    p05: quantile(values, 0.05),
    p95: quantile(values, 0.95),
  };
}

await writeResult('train-step', {
  threads: THREADS,
  steps: STEPS * ROUNDS,
  medianMs: Object.fromEntries(
    subjects.map((subject) => [subject.name, quantile(times.get(subject)!, 0.5)]),
  ),
  toProducts: { relu: ratio(ours.relu, ours.products), gelu: ratio(ours.gelu, ours.products) },
  ...(peer && {
    torch: peer.version,
    torchToOurs: {
      relu: ratio(peer.subjects[0]!, ours.relu),
      gelu: ratio(peer.subjects[1]!, ours.gelu),
    },
  }),
});
