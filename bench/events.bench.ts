/*
 * Question: how soon does a training that is cancelled end, how often does it tell how far it is, and what do both cost?
 * Budget (issue 3): within a second, at least 4 times a second, at no more than 1 % of the time. A paper's size: 24,000 ×
 * (512 + 512) → 512 → 18.
 *
 * What both cost is that an epoch is cut into several runs of the loop, each with an event. A machine's speed varies by more
 * than 1 % from epoch to epoch, so the cut is measured magnified: epochs of which every step is a run of its own, in
 * alternation with the same epochs as one run that nobody hears of, in a process whose parent gets the events, and with the
 * same weights at the end. What a cut more takes, of the time and of the CPUs, by the events that a training sends in a
 * second, is the share that they cost.
 *
 *   npx tsx bench/events.bench.ts
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Rng } from '../src/ml/data/rng.js';
import { allRows } from '../src/ml/data/rows.js';
import type { TrainPayload } from '../src/ml/processes/train.methods.js';
import { TrainProcess } from '../src/ml/processes/train-process.js';
import { TRAINING_ENVIRONMENT } from '../src/ml/processes/training-environment.js';
import { onnxEngine } from '../src/ml/train/onnx-engine.js';
import { Pace } from '../src/ml/train/pace.js';
import { fillRunConfig } from '../src/ml/train/run-config.js';
import { samplesInMemory } from '../src/ml/train/samples-in-memory.js';
import { splitStatistics } from '../src/ml/train/split-statistics.js';
import { trainEpoch } from '../src/ml/train/train-epoch.js';
import { buildTrainStep } from '../src/ml/train/train-step.js';
import { Trainer } from '../src/ml/train/trainer.js';
import { medianOfRounds, quantile, writeResult } from './harness.js';

const [SAMPLES, DIMENSION, LABELS, THREADS] = [24_000, 512, 18, 2];
const [CANCELS, WATCHED_MS, ROUNDS] = [20, 10_000, 31];
const NONE = { time: 0, cpu: 0 };
const rng = Rng.fromSeed(1);

/** All of an epoch's steps in one run. */
class Unpaced extends Pace {
  override next(remaining: number): number {
    return remaining;
  }
}

/** Each step in a run of its own. */
class StepByStep extends Pace {
  override next(): number {
    return 1;
  }
}

if (process.send) await compareCuts(process.send.bind(process));
else await measure();

async function measure(): Promise<void> {
  const cut = await cutCost();
  const work = await mkdtemp(path.join(tmpdir(), 'clipwright-events-'));
  const trainer = new TrainProcess({ nice: 0 });
  try {
    const gaps = await eventGaps(trainer, await payload(work, 'watched', SAMPLES));
    const cancels: number[] = [];
    for (let trial = 0; trial < CANCELS; trial++) {
      cancels.push(await cancelLatency(trainer, work, trial));
    }
    const eventsPerSecond = (gaps.length * 1000) / gaps.reduce((sum, gap) => sum + gap, 0);
    const percent = ({ median, low, high }: Interval) => {
      const share = (milliseconds: number) => (milliseconds * eventsPerSecond) / 10;
      return { median: share(median), low: share(low), high: share(high) };
    };
    await writeResult('events', {
      samples: SAMPLES,
      threads: THREADS,
      cancels: CANCELS,
      cancelMs: { median: quantile(cancels, 0.5), p95: quantile(cancels, 0.95) },
      eventsPerSecond,
      longestGapMs: Math.max(...gaps),
      cutMilliseconds: cut,
      timePercent: percent(cut.time),
      /** of one CPU */
      cpuPercent: percent(cut.cpu),
    });
  } finally {
    await trainer.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** Milliseconds between events, from the first on. */
async function eventGaps(trainer: TrainProcess, given: TrainPayload): Promise<number[]> {
  const gaps: number[] = [];
  const stop = new AbortController();
  let last = 0;
  const watching = trainer.train(given, {
    signal: stop.signal,
    onEvent: () => {
      const now = performance.now();
      if (last > 0) gaps.push(now - last);
      else setTimeout(() => stop.abort(new Error('watched enough')), WATCHED_MS);
      last = now;
    },
  });
  await watching.catch(() => {});
  return gaps;
}

/**
 * From the cancelling of a training, somewhere within an epoch, until the process has trained the next one, which is tiny:
 * an upper bound of when it let go of the first.
 */
async function cancelLatency(trainer: TrainProcess, work: string, trial: number): Promise<number> {
  const stop = new AbortController();
  const cancelled = trainer.train(await payload(work, `long-${trial}`, SAMPLES), {
    signal: stop.signal,
    onEvent: () => setTimeout(() => stop.abort(new Error('cancelled')), rng.below(1_000)),
  });
  const tiny = await payload(work, 'tiny', 40, 1);
  await cancelled.catch(() => {});
  const started = performance.now();
  await trainer.train(tiny, { signal: new AbortController().signal, onEvent: () => {} });
  await rm(tiny.checkpointPath);
  return performance.now() - started;
}

async function payload(work: string, name: string, samples: number, epochs = 10_000) {
  const features = Float32Array.from(
    { length: 2 * samples * DIMENSION },
    () => rng.uniform() - 0.5,
  );
  const featuresPath = path.join(work, `${Math.min(samples, SAMPLES)}.f32`);
  await writeFile(featuresPath, features);
  const rows = allRows(samples);
  return {
    featuresPath,
    samples,
    dimension: DIMENSION,
    numLabels: LABELS,
    labelOffsets: Int32Array.from({ length: samples + 1 }, (_, row) => row),
    labels: Int32Array.from(rows, (row) => row % LABELS),
    train: rows,
    validation: new Int32Array(0),
    validationPaired: new Int32Array(0),
    test: new Int32Array(0),
    config: config(epochs),
    seed: 1,
    engine: 'onnxruntime' as const,
    device: 'cpu' as const,
    threads: THREADS,
    memoryLimit: 4 * 2 ** 30,
    checkpointPath: path.join(work, `${name}.checkpoint`),
  };
}

function config(epochs: number) {
  return fillRunConfig({
    head: { kind: 'MLP', hidden: [512], dropout: 0 },
    epochs,
    earlyStopping: null,
  });
}

type Interval = ReturnType<typeof medianOfRounds>;

/** Milliseconds for each cut. */
interface Cut {
  readonly time: Interval;
  readonly cpu: Interval;
}

function cutCost(): Promise<Cut> {
  const child = fork(import.meta.filename, { env: { ...process.env, ...TRAINING_ENVIRONMENT } });
  return new Promise((resolve, reject) => {
    child.on('message', (message: { cut?: Cut }) => {
      if (message.cut) resolve(message.cut);
    });
    child.on('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
}

async function compareCuts(send: (message: unknown) => void): Promise<void> {
  const draw = () => Float32Array.from({ length: SAMPLES * DIMENSION }, () => rng.uniform() - 0.5);
  const none = new Int32Array(0);
  const source = samplesInMemory(
    {
      features: {
        image: { data: draw(), dimension: DIMENSION },
        text: { data: draw(), dimension: DIMENSION },
      },
      targets: Uint8Array.from({ length: SAMPLES * LABELS }, () => (rng.uniform() < 0.1 ? 1 : 0)),
      numLabels: LABELS,
      train: allRows(SAMPLES),
      validation: none,
      test: none,
    },
    'CONCAT',
  );
  const all = config(ROUNDS);
  const dims = { embeds: source.embeds, numLabels: LABELS };
  const statistics = splitStatistics(source, source.train);
  const step = buildTrainStep(all, dims, all.batchSize, statistics);
  const opened = () => {
    const own = Rng.fromSeed(1);
    const options = { engine: onnxEngine, config: all, step, numLabels: LABELS, rng: own };
    return Trainer.open({ ...options, shared: source.shared, threads: THREADS }).then(
      (trainer) => ({ trainer, rng: own }),
    );
  };
  const [watched, alone] = [await opened(), await opened()];
  const signal = new AbortController().signal;
  let events = 0;
  const onProgress = (progress: unknown) => {
    events += 1;
    send({ kind: 'progress', progress });
  };
  const shared = { source, config: all };
  const many = { pace: new StepByStep(watched.trainer.stepLimit), signal, onProgress };
  const one = { pace: new Unpaced(Number.POSITIVE_INFINITY) };
  const ways = [
    (epoch: number) => trainEpoch({ ...shared, ...alone, epoch, ...one }),
    (epoch: number) => trainEpoch({ ...shared, ...watched, epoch, ...many }),
  ] as const;
  const rounds: { time: number; cpu: number }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const took = [NONE, NONE];
    events = 0;
    // Whoever goes second finds warmer caches.
    for (const way of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const [started, before] = [performance.now(), process.cpuUsage()];
      await ways[way](round);
      const { user, system } = process.cpuUsage(before);
      took[way] = { time: performance.now() - started, cpu: (user + system) / 1000 };
    }
    const [once, often] = took as [typeof NONE, typeof NONE];
    const cuts = events - 1;
    rounds.push({ time: (often.time - once.time) / cuts, cpu: (often.cpu - once.cpu) / cuts });
  }
  if (!isDeepStrictEqual(watched.trainer.state, alone.trainer.state)) {
    throw new Error('the two ways gave different weights');
  }
  await watched.trainer.close();
  await alone.trainer.close();
  // The first round opens caches.
  const counted = rounds.slice(1);
  const interval = (of: 'time' | 'cpu') =>
    medianOfRounds(
      counted.map((round) => round[of]),
      rng,
    );
  send({ cut: { time: interval('time'), cpu: interval('cpu') } });
  process.disconnect();
}
