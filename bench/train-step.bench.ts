/**
 * How long does one training step take, 1024 → 512 → 18 at batch 256 with AdamW? Baselines in the same run: a loop of nothing
 * but the five matrix products, in the fastest of three layouts, and, where a Python with PyTorch is named, the same step in
 * PyTorch at its fastest. A round is an epoch of about the paper's 30,000 samples for each, which ours cuts into runs of the
 * loop as a training does. All run with the environment that training processes have; PyTorch also without it.
 *
 *     npx tsx bench/train-step.bench.ts [python]
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { drawEpoch } from '../src/ml/data/batches.js';
import { Rng } from '../src/ml/data/rng.js';
import { add, gemm, input, slice, transpose } from '../src/ml/graph/build.js';
import type { TensorData } from '../src/ml/graph/dtype.js';
import type { Node } from '../src/ml/graph/node.js';
import type { Shape } from '../src/ml/graph/op.js';
import { exportLoop } from '../src/ml/onnx/export-loop.js';
import { TRAINING_ENVIRONMENT } from '../src/ml/processes/training-environment.js';
import { Session } from '../src/ml/runtime/session.js';
import { onnxEngine } from '../src/ml/train/onnx-engine.js';
import { Pace } from '../src/ml/train/pace.js';
import { fillRunConfig } from '../src/ml/train/run-config.js';
import { buildTrainStep } from '../src/ml/train/train-step.js';
import { Trainer } from '../src/ml/train/trainer.js';
import {
  asTrainingProcess,
  medianOfRounds,
  peerEnvironment,
  quantile,
  writeResult,
} from './harness.js';

asTrainingProcess();

const [DIMENSION, HIDDEN, LABELS, BATCH] = [512, 512, 18, 256];
const STEPS = 117;
const SAMPLES = STEPS * BATCH;
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
  features: random([SAMPLES, 2 * DIMENSION]),
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
  const statistics = {
    positives: Array(LABELS).fill(SAMPLES / 4),
    negatives: Array(LABELS).fill((SAMPLES * 3) / 4),
  };
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
  const pace = new Pace(trainer.stepLimit);
  let before = 0;
  const run = async () => {
    const losses: number[] = [];
    while (losses.length < STEPS) {
      const [from, started] = [losses.length, performance.now()];
      const steps = pace.next(STEPS - from);
      losses.push(...(await trainer.run({ order, from, steps, before, learningRate: () => 1e-3 })));
      pace.record(steps, performance.now() - started);
    }
    before += STEPS;
    return losses;
  };
  const [first, last] = [(await run())[0]!, (await run())[STEPS - 1]!];
  if (!(last < first)) throw new Error(`${name}: the loss went from ${first} to ${last}`);
  return { name, run: () => timed(run), close: () => trainer.close() };
}

/** What each layout's matrices are, and its products in a step; `over` is feature by feature, as training computes them. */
const LAYOUTS = {
  x·Wᵀ: (x: Node) => {
    const [first, second] = weights([HIDDEN, 2 * DIMENSION], [LABELS, HIDDEN]);
    const hidden = gemm(x, first, { transB: true });
    const logits = gemm(hidden, second, { transB: true });
    const back = transpose(gemm(logits, second));
    return { first: gemm(back, x), second: gemm(transpose(logits), hidden) };
  },
  x·W: (x: Node) => {
    const [first, second] = weights([2 * DIMENSION, HIDDEN], [LABELS, HIDDEN]);
    const hidden = gemm(x, first);
    const logits = gemm(hidden, second, { transB: true });
    return {
      first: gemm(transpose(x), gemm(logits, second)),
      second: gemm(transpose(logits), hidden),
    };
  },
  W·xᵀ: (x: Node) => {
    const [first, second] = weights([HIDDEN, 2 * DIMENSION], [LABELS, HIDDEN]);
    const hidden = gemm(first, x, { transB: true });
    const logits = gemm(second, hidden);
    const back = gemm(second, logits, { transA: true });
    return { first: gemm(back, x), second: gemm(logits, hidden, { transB: true }) };
  },
};

const weights = (first: Shape, second: Shape) =>
  [input('first', first), input('second', second)] as const;

/** Carries one element of each gradient from step to step: as weights they would shrink into numbers that processors are slow at. */
async function products(name: keyof typeof LAYOUTS): Promise<Subject> {
  const { first, second } = LAYOUTS[name](input('x', [BATCH, 2 * DIMENSION]));
  const seen = add(add(input('seen', [1, 1]), corner(first)), corner(second));
  const graph = { outputs: { seen }, states: ['seen'], perStep: [] };
  const session = await Session.open(exportLoop(graph), { threads: THREADS });
  const feeds: Record<string, TensorData> = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(STEPS)) },
    x: random([BATCH, 2 * DIMENSION]),
    first: random(first.shape as number[]),
    second: random(second.shape as number[]),
    seen: random([1, 1]),
  };
  const run = () => timed(() => session.run(feeds));
  return { name: `matrix products alone, ${name}`, run, close: () => session.close() };
}

const corner = (matrix: Node) => slice(slice(matrix, 0, 0, 1), 1, 0, 1);

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / STEPS;
}

/** PyTorch in a process of its own, which waits while others are timed. */
async function torch(command: string, env: Readonly<Record<string, string>>): Promise<Torch> {
  const script = path.join(import.meta.dirname, 'peers/torch_step.py');
  const child = spawn(command, [script, String(THREADS), String(STEPS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...peerEnvironment(), ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`expected ${command} to have PyTorch, but it ended`);
    return value;
  };
  const version = await answer();
  const how = Object.keys(env).length > 0 ? ', huge pages' : '';
  const ask = (kind: string): Subject => ({
    name: `PyTorch${how}, ${kind}`,
    async run() {
      child.stdin.write(`${kind.toLowerCase()}\n`);
      return Number(await answer());
    },
    close: async () => void child.stdin.end(),
  });
  return { version, relu: ask('RELU'), gelu: ask('GELU') };
}

interface Torch extends Record<'relu' | 'gelu', Subject> {
  readonly version: string;
}

const plain = { kind: 'MLP', hidden: [HIDDEN], activation: 'RELU', dropout: 0 };
const peers =
  python === undefined ? [] : [await torch(python, {}), await torch(python, TRAINING_ENVIRONMENT)];
const ours = {
  relu: await training('RELU, no dropout', plain),
  gelu: await training('GELU, dropout 0.2 (default)', { kind: 'MLP' }),
};
const bare: Subject[] = [];
for (const layout of Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[]) {
  bare.push(await products(layout));
}
const subjects = [
  ...Object.values(ours),
  ...bare,
  ...peers.flatMap(({ relu, gelu }) => [relu, gelu]),
];
const times = new Map(subjects.map((subject): [Subject, number[]] => [subject, []]));
for (let round = -3; round < ROUNDS; round++) {
  for (const subject of subjects) {
    const ms = await subject.run();
    if (round >= 0) times.get(subject)!.push(ms);
  }
}
for (const subject of subjects) await subject.close();

const median = (subject: Subject) => quantile(times.get(subject)!, 0.5);
const fastest = (those: readonly Subject[]) =>
  those.reduce((best, subject) => (median(subject) < median(best) ? subject : best));

function ratio(slower: Subject, faster: Subject) {
  const values = times.get(slower)!.map((ms, round) => ms / times.get(faster)![round]!);
  return medianOfRounds(values, rng);
}

const fewest = fastest(bare);
await writeResult('train-step', {
  threads: THREADS,
  steps: STEPS * ROUNDS,
  medianMs: Object.fromEntries(subjects.map((subject) => [subject.name, median(subject)])),
  products: fewest.name,
  toProducts: { relu: ratio(ours.relu, fewest), gelu: ratio(ours.gelu, fewest) },
  ...(peers.length > 0 && {
    torch: peers[0]!.version,
    torchToOurs: {
      relu: ratio(fastest(peers.map(({ relu }) => relu)), ours.relu),
      gelu: ratio(fastest(peers.map(({ gelu }) => gelu)), ours.gelu),
    },
  }),
});
