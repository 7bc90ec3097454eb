import { ClipwrightError } from '../../errors/clipwright-error.js';
import { Rng } from '../data/rng.js';
import type { TensorData } from '../graph/dtype.js';
import { evaluate } from '../metrics/evaluate.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { DivergedError } from './diverged.js';
import { type BestSoFar, shouldStop, updateBest } from './early-stopping.js';
import type { Engine } from './engine.js';
import type { EpochRecord } from './epoch-record.js';
import type { EpochSource } from './epoch-source.js';
import { buildEvaluation } from './evaluation-graph.js';
import { type Evaluation, Evaluator } from './evaluator.js';
import { exportHead } from './export-head.js';
import { fingerprint } from './fingerprint.js';
import { labelTensors, usedBy } from './given-tensors.js';
import { openSamples, type SampleData } from './open-samples.js';
import { openProbeEpochs } from './probe/probe-epochs.js';
import type { RunConfig } from './run-config.js';
import type { SampleSource } from './sample-source.js';
import { splitStatistics } from './split-statistics.js';
import { openStepEpochs } from './step-epochs.js';
import type { StepProgress } from './train-epoch.js';

export interface FitOptions {
  /** In memory or in a file: the results are the same. */
  readonly data: SampleData;
  readonly config: RunConfig;
  readonly seed: number;
  readonly engine: Engine;
  /** Of the CPU; a deterministic run uses one whatever this says. */
  readonly threads: number;
  /** Bytes that `saveCheckpoint` got from an earlier attempt at this run. */
  readonly checkpoint?: Uint8Array | undefined;
  /** Looked at at least four times a second; `fit` then throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** After every epoch, before `onEpoch`: what is written here is where a killed run goes on. */
  readonly saveCheckpoint?: (bytes: Uint8Array, record: EpochRecord) => void | Promise<void>;
  /**
   * After every epoch; after a resume also for every epoch of the checkpoint, since the run may have been killed between
   * its checkpoint and this call. Callers keep the first record of an epoch.
   */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** At least four times a second while training. */
  readonly onProgress?: (progress: StepProgress) => void;
  /** Of what the run goes on in spite of, in a sentence. */
  readonly onWarning?: (message: string) => void;
}

export interface FitResult {
  readonly bestEpoch: number;
  readonly stopReason: 'ALL_EPOCHS' | 'EARLY_STOPPING';
  readonly history: readonly EpochRecord[];
  /** Parameters of the best epoch by name, or their averages. */
  readonly weights: Readonly<Record<string, TensorData>>;
  /** ONNX: as export-head.ts says. */
  readonly head: Uint8Array;
  /** Probabilities of the best epoch, `[samples of the split, L]` in the split's order; null for an empty split. */
  readonly scores: { readonly validation: Float32Array | null; readonly test: Float32Array | null };
}

/**
 * Trains a head from beginning to end. Its runs hold the event loop for up to a quarter of a second each, so it belongs in
 * a child process. Opens its runners and closes them, however it ends.
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const source = await openSamples(options.data, options.config.fusion.kind);
  try {
    return await fitSamples(options, source);
  } finally {
    await source.close();
  }
}

async function fitSamples(options: FitOptions, source: SampleSource): Promise<FitResult> {
  const { config, seed, engine, signal } = options;
  signal?.throwIfAborted();
  const print = fingerprint(config, seed, source);
  const resumed = options.checkpoint && readCheckpoint(options.checkpoint, print);
  const rng = resumed ? Rng.fromState(resumed.rng) : Rng.fromSeed(seed);
  const { numLabels, embeds, tokens, shared, hasUnknowns } = source;
  const dims = { embeds, tokens, numLabels, hasUnknowns };
  const statistics = splitStatistics(source, source.train);
  const given = labelTensors(config.head, source, dims);
  const threads = config.deterministic ? 1 : options.threads;
  const evaluation = buildEvaluation(config, dims, statistics);
  const evaluator = await Evaluator.open(engine, evaluation, source, {
    shared: { ...shared, ...usedBy(evaluation, given) },
    threads,
  });
  try {
    const ground = { source, dims, statistics, given, threads, rng, state: resumed?.state };
    const open = config.optimizer.kind === 'LBFGS' ? openProbeEpochs : openStepEpochs;
    const epochs = await open(options, ground);
    let outcome: Outcome;
    try {
      outcome = await runEpochs(options, { source, epochs, evaluator, rng, print }, resumed);
    } finally {
      await epochs.close();
    }
    const { best, bestWeights, history, stopReason } = outcome;
    const score = async (samples: Int32Array) => {
      if (samples.length === 0) return null;
      return (await evaluator.evaluate(samples, bestWeights, signal)).probs;
    };
    const scores = { validation: await score(source.validation), test: await score(source.test) };
    const head = exportHead(config, dims, { ...bestWeights, ...given });
    return { bestEpoch: best.epoch, stopReason, history, weights: bestWeights, head, scores };
  } finally {
    await evaluator.close();
  }
}

interface Parts {
  readonly source: SampleSource;
  readonly epochs: EpochSource;
  readonly evaluator: Evaluator;
  readonly rng: Rng;
  readonly print: string;
}

interface Outcome extends Pick<FitResult, 'history' | 'stopReason'> {
  readonly best: BestSoFar;
  readonly bestWeights: Readonly<Record<string, TensorData>>;
}

async function runEpochs(
  options: FitOptions,
  { source, epochs, evaluator, rng, print }: Parts,
  resumed: Checkpoint | undefined,
): Promise<Outcome> {
  const { config, signal } = options;
  const history = [...(resumed?.history ?? [])];
  let best = resumed?.best ?? null;
  let bestWeights = resumed?.bestWeights ?? (await epochs.weights());
  for (const record of history) await options.onEpoch?.(record);
  while (history.length < config.epochs && !(best && shouldStop(best, config.earlyStopping))) {
    const epoch = history.length + 1;
    const started = performance.now();
    const { trainLoss, learningRate } = await epochs.run(epoch);
    const evaluation =
      source.validation.length === 0
        ? null
        : await evaluator.evaluate(source.validation, await epochs.weights(), signal);
    const record: EpochRecord = {
      epoch,
      trainLoss,
      ...validationOf(evaluation, source, epoch),
      learningRate,
      seconds: (performance.now() - started) / 1000,
    };
    history.push(record);
    best = updateBest(best, record, config.earlyStopping);
    if (best.epoch === epoch) bestWeights = await epochs.weights();
    const state = await epochs.state();
    await options.saveCheckpoint?.(
      encodeCheckpoint({ fingerprint: print, rng: rng.state(), history, best, state, bestWeights }),
      record,
    );
    await options.onEpoch?.(record);
  }
  if (!best) throw new Error('expected at least one epoch');
  const stopReason = history.length < config.epochs ? 'EARLY_STOPPING' : 'ALL_EPOCHS';
  return { best, bestWeights, history, stopReason };
}

/** Of an epoch's record; `evaluation`: of the validation split, null where that is empty. */
export function validationOf(
  evaluation: Evaluation | null,
  source: SampleSource,
  epoch: number,
): Pick<EpochRecord, 'validationLoss' | 'validation'> {
  if (!evaluation) return { validationLoss: null, validation: null };
  const { probs, loss } = evaluation;
  if (!Number.isFinite(loss)) throw new DivergedError(epoch, null, 'the validation loss');
  const targets = source.targetsOf(source.validation);
  return { validationLoss: loss, validation: evaluate(probs, targets, source.numLabels, 0.5) };
}

function readCheckpoint(bytes: Uint8Array, print: string): Checkpoint {
  const checkpoint = decodeCheckpoint(bytes);
  if (checkpoint.fingerprint !== print) {
    throw new ClipwrightError(
      'CHECKPOINT_MISMATCH',
      'the checkpoint was written by a run with other settings, seed, splits or targets',
    );
  }
  return checkpoint;
}
