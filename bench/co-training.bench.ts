/**
 * Are several cells of equal shape trained faster in one graph than one after the other with all cores? At the size of the
 * study: 1,608 training samples × 512, 18 labels, batch 256, AdamW, an epoch in one call. The baseline is the training
 * step as it is, for one cell after the other. And how much of a whole run are the steps? Stacked (`stacked-cells.ts`): the first
 * layers of all cells are one product, as the cells see the same batch, every layer above is a batched product, and the
 * optimizer passes over all weights at once. Before anything is timed, every cell must have the losses that it has alone.
 *
 *     npx tsx bench/co-training.bench.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawEpoch } from '../src/ml/data/batches.js';
import { Rng } from '../src/ml/data/rng.js';
import type { TensorData } from '../src/ml/graph/dtype.js';
import type { StepGraph } from '../src/ml/graph/step-graph.js';
import { exportLoop, finalState } from '../src/ml/onnx/export-loop.js';
import { Session } from '../src/ml/runtime/session.js';
import { initialState } from '../src/ml/train/initial-state.js';
import { fillRunConfig } from '../src/ml/train/run-config.js';
import { stepFeeds } from '../src/ml/train/step-feeds.js';
import { trainSamples } from '../src/ml/train/train-samples.js';
import { buildTrainStep, type TrainStep } from '../src/ml/train/train-step.js';
import { asTrainingProcess, quantile, writeResult } from './harness.js';
import { type State, stack, stackedStep } from './stacked-cells.js';

asTrainingProcess();

const [SAMPLES, DIMENSION, HIDDEN, LABELS, BATCH] = [1608, 512, 512, 18, 256];
const [HELD_OUT, EPOCHS] = [201, 30];
const CELLS = [2, 4, 8];
const ROUNDS = 21;
const WARM_UP = 3;
const THREADS = 2;
const TOLERANCE = 1e-4;
const dims = { embeds: { image: DIMENSION }, numLabels: LABELS };
const statistics = {
  positives: Array(LABELS).fill(SAMPLES / 4),
  negatives: Array(LABELS).fill((SAMPLES * 3) / 4),
};
const rng = Rng.fromSeed(1);

const shared: Record<string, TensorData> = {
  features: {
    dtype: 'float32',
    shape: [SAMPLES, DIMENSION],
    data: Float32Array.from({ length: SAMPLES * DIMENSION }, () => (rng.uniform() - 0.5) * 2),
  },
  targets: {
    dtype: 'uint8',
    shape: [SAMPLES, LABELS],
    data: Uint8Array.from({ length: SAMPLES * LABELS }, () => (rng.uniform() < 0.2 ? 1 : 0)),
  },
};
const order = drawEpoch(
  Int32Array.from({ length: SAMPLES }, (_, i) => i),
  BATCH,
  rng,
);
const STEPS = order.counts.length;

const configOf = (head: object) => fillRunConfig({ head, fusion: { kind: 'IMAGE_ONLY' } });

/** A graph that is repeated, with its state. */
class Trained {
  #before = 0;

  private constructor(
    private readonly session: Session,
    private readonly step: TrainStep,
    private readonly graph: StepGraph,
    private readonly config: ReturnType<typeof configOf>,
    private state: State,
  ) {}

  static async open(
    step: TrainStep,
    graph: StepGraph,
    config: ReturnType<typeof configOf>,
    state: State,
  ): Promise<Trained> {
    const session = await Session.open(exportLoop(graph), { threads: THREADS });
    return new Trained(session, step, graph, config, state);
  }

  /** One epoch. @returns the losses of its steps, for a stack those of all cells in each */
  async epoch(): Promise<Float32Array> {
    const source = { config: this.config, step: this.step, numLabels: LABELS, rng };
    const stretch = {
      order,
      from: 0,
      steps: STEPS,
      before: this.#before,
      learningRate: () => 1e-3,
    };
    const feeds = stepFeeds(source, stretch);
    this.#before += STEPS;
    const outputs = await this.session.run({ ...shared, ...this.state, ...feeds });
    this.state = Object.fromEntries(
      this.graph.states.map((name) => [name, outputs[finalState(name)]!]),
    );
    return outputs.loss!.data as Float32Array;
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

interface Times {
  wall: number[];
  cpu: number[];
}

async function timed(times: Times | null, run: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await run();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  times?.wall.push(wall);
  times?.cpu.push((user + system) / 1000);
}

async function compare(name: string, head: object, cells: number) {
  const config = configOf(head);
  const step = buildTrainStep(config, dims, BATCH, statistics);
  const states = Array.from({ length: cells }, (_, i) => initialState(step, Rng.fromSeed(100 + i)));
  const alone: Trained[] = [];
  for (const state of states) alone.push(await Trained.open(step, step.graph, config, state));
  const together = await Trained.open(
    step,
    stackedStep(config, dims, step, cells),
    config,
    stack(states),
  );
  let difference = 0;
  for (let epoch = 0; epoch < 2; epoch++) {
    const stacked = await together.epoch();
    for (const [cell, one] of alone.entries()) {
      for (const [i, loss] of (await one.epoch()).entries()) {
        difference = Math.max(difference, Math.abs(stacked[i * cells + cell]! / loss - 1));
      }
    }
  }
  if (!(difference <= TOLERANCE)) {
    throw new Error(`${name}: a cell's losses differ by ${difference} from those it has alone`);
  }
  const sequential: Times = { wall: [], cpu: [] };
  const stacked: Times = { wall: [], cpu: [] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const counted = round >= 0;
    await timed(counted ? sequential : null, async () => {
      for (const one of alone) await one.epoch();
    });
    await timed(counted ? stacked : null, () => together.epoch());
  }
  await together.close();
  for (const one of alone) await one.close();
  const figures = ({ wall, cpu }: Times) => ({
    medianMs: quantile(wall, 0.5),
    p95Ms: quantile(wall, 0.95),
    medianCpuMs: quantile(cpu, 0.5),
  });
  const ratios = sequential.wall.map((wall, i) => wall / stacked.wall[i]!);
  return {
    head: name,
    cells,
    oneAfterTheOther: figures(sequential),
    stacked: figures(stacked),
    timesFaster: quantile(ratios, 0.5),
    timesLessCpu: quantile(
      sequential.cpu.map((cpu, i) => cpu / stacked.cpu[i]!),
      0.5,
    ),
  };
}

/** A run as the training process does it: session, steps, evaluation and checkpoint of every epoch, export, metrics. */
async function wholeRunMs(head: object): Promise<number> {
  const work = await mkdtemp(path.join(tmpdir(), 'clipwright-co-training-'));
  try {
    const rows = SAMPLES + 2 * HELD_OUT;
    const labels = Int32Array.from({ length: rows }, (_, i) => i % LABELS);
    const features = Float32Array.from(
      { length: 2 * rows * DIMENSION },
      () => (rng.uniform() - 0.5) / 13,
    );
    const featuresPath = path.join(work, 'features.f32');
    await writeFile(featuresPath, new Uint8Array(features.buffer));
    const positions = (from: number, count: number) =>
      Int32Array.from({ length: count }, (_, i) => from + i);
    const validation = positions(SAMPLES, HELD_OUT);
    const started = performance.now();
    await trainSamples(
      {
        featuresPath,
        samples: rows,
        dimension: DIMENSION,
        numLabels: LABELS,
        labelOffsets: positions(0, rows + 1),
        labels,
        train: positions(0, SAMPLES),
        validation,
        validationPaired: validation,
        test: positions(SAMPLES + HELD_OUT, HELD_OUT),
        config: { ...configOf(head), epochs: EPOCHS, earlyStopping: null },
        seed: 1,
        engine: 'onnxruntime',
        device: 'cpu',
        threads: THREADS,
        memoryLimit: 2 ** 30,
        checkpointPath: path.join(work, 'checkpoint'),
      },
      { signal: new AbortController().signal, emit: () => {} },
    );
    return performance.now() - started;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const comparisons = [];
for (const cells of CELLS) {
  comparisons.push(await compare('LINEAR', { kind: 'LINEAR' }, cells));
  const mlp = { kind: 'MLP', hidden: [HIDDEN], dropout: 0 };
  comparisons.push(await compare('MLP 512, GELU, no dropout', mlp, cells));
}
const whole: number[] = [];
for (let round = 0; round < 5; round++) whole.push(await wholeRunMs({ kind: 'LINEAR' }));
await writeResult('co-training', {
  samples: SAMPLES,
  dimension: DIMENSION,
  labels: LABELS,
  batchSize: BATCH,
  stepsPerEpoch: STEPS,
  threads: THREADS,
  epochOfAllCells: comparisons,
  linearRun: {
    epochs: EPOCHS,
    medianMs: quantile(whole, 0.5),
    ofThatStepsMs: (EPOCHS * comparisons[0]!.oneAfterTheOther.medianMs) / CELLS[0]!,
  },
});
