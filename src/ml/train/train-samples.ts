import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { LabelSets } from '../data/label-sets.js';
import { denseTargets } from '../data/sparse-targets.js';
import { type EvalMetrics, evaluate } from '../metrics/evaluate.js';
import { fitThresholds } from '../metrics/fit-thresholds.js';
import { labelMetrics } from '../metrics/label-metrics.js';
import { isUntrained } from '../nn/heads/table.js';
import type { TrainEvent, TrainPayload, TrainResult } from '../processes/train.methods.js';
import type { EpochRecord } from './epoch-record.js';
import { type FileData, fileDimensions } from './file-data.js';
import { type FitOptions, type FitResult, fit } from './fit.js';
import { fitUntrained } from './fit-untrained.js';
import { engineOn, openEngine } from './open-engine.js';
import { areStreamed, windowBytes } from './resident-samples.js';
import { decodeScores, encodeScores, type SplitScores } from './scores-file.js';
import type { StreamedData } from './streamed-samples.js';
import type { StepProgress } from './train-epoch.js';
import { trainOnDevice } from './train-on-device.js';

/**
 * One training from an embedding set's file to head, scores, thresholds and metrics. Goes on from the checkpoint where
 * there is one that fits; one that is torn or belongs to another configuration is passed over.
 */
export async function trainSamples(
  payload: TrainPayload,
  context: { signal: AbortSignal; emit(event: TrainEvent): void },
): Promise<TrainResult> {
  const { config, seed, threads } = payload;
  const data = samplesOf(payload);
  // Only the CPU repeats a training bit for bit.
  const device = config.deterministic ? 'cpu' : payload.device;
  const usable = await openEngine(payload.engine, device);
  const clock = new Clock(config.epochs);
  const options = {
    data,
    config,
    seed,
    threads,
    signal: context.signal,
    saveCheckpoint: (bytes: Uint8Array) => writeWhole(payload.checkpointPath, bytes),
    onEpoch: (epoch: EpochRecord) =>
      context.emit({ kind: 'epoch', epoch, ...clock.at(epoch.epoch) }),
    onProgress: ({ step, totalSteps }: StepProgress) =>
      context.emit({ kind: 'progress', ...clock.at((config.epochs * step) / totalSteps) }),
    onWarning: (message: string) => context.emit({ kind: 'warning', message }),
  };
  const fitted = await trainOnDevice(
    usable,
    engineOn('cpu'),
    (engine) =>
      isUntrained(config.head)
        ? fitUntrained({ ...options, engine })
        : fitOn({ ...options, engine }, payload.checkpointPath),
    ({ message, cause }) => context.emit({ kind: 'warning', message, cause: describe(cause) }),
  );
  return summarize(payload, fitted);
}

/** What is said of an error to whoever cannot be handed it. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function fitOn(options: FitOptions, checkpointPath: string): Promise<FitResult> {
  const checkpoint = await readFile(checkpointPath).catch(() => undefined);
  if (!checkpoint) return fit(options);
  return fit({ ...options, checkpoint }).catch((error) => {
    if (!isUnusableCheckpoint(error)) throw error;
    return fit(options);
  });
}

/** Metrics come from the scores file as it will lie on disk, so that whoever reads it later gets the same. */
function summarize(payload: TrainPayload, fitted: FitResult): TrainResult {
  const { numLabels, config } = payload;
  const empty = new Float32Array(0);
  const scores = encodeScores({
    numLabels,
    validation: { positions: payload.validation, scores: fitted.scores.validation ?? empty },
    test: { positions: payload.test, scores: fitted.scores.test ?? empty },
  });
  const { validation, test } = decodeScores(scores);
  const labelSets = labelSetsOf(payload);
  const truth = (split: SplitScores) => denseTargets(labelSets, numLabels, split.positions);
  const value = config.thresholds.kind === 'FIXED' ? config.thresholds.value : null;
  const thresholds = fitThresholds(
    config.thresholds.kind,
    value,
    validation.scores,
    truth(validation),
    numLabels,
  );
  const metrics = (split: SplitScores): EvalMetrics | null =>
    split.positions.length === 0
      ? null
      : evaluate(split.scores, truth(split), numLabels, thresholds);
  const byLabel = (split: SplitScores) =>
    labelMetrics(split.scores, truth(split), numLabels, thresholds);
  return {
    bestEpoch: fitted.bestEpoch,
    history: [...fitted.history],
    head: fitted.head,
    scores,
    best: metrics(validation),
    bestPaired: metrics(partOf(validation, payload.validationPaired, numLabels)),
    final: metrics(test),
    labelMetrics: { VALIDATION: byLabel(validation), TEST: byLabel(test) },
    thresholds: Array.from(thresholds),
  };
}

/** The scores of some of a split's samples. */
function partOf(
  { positions, scores }: SplitScores,
  part: Int32Array,
  numLabels: number,
): SplitScores {
  const rowOf = new Map(Array.from(positions, (position, row) => [position, row]));
  const kept = new Float32Array(part.length * numLabels);
  part.forEach((position, row) => {
    const from = rowOf.get(position)! * numLabels;
    kept.set(scores.subarray(from, from + numLabels), row * numLabels);
  });
  return { positions: part, scores: kept };
}

/** Streamed where the memory limit is too low for all of them at once. */
function samplesOf(payload: TrainPayload): FileData | StreamedData {
  const { config, samples, dimension, tokens, numLabels, train, validation, test } = payload;
  const file = { path: payload.featuresPath, samples, dimension, tokens };
  const embeds = fileDimensions(file, config.fusion.kind);
  const { labelEmbeds, memoryLimit } = payload;
  const labelSets = labelSetsOf(payload);
  const data = { file, labelSets, numLabels, labelEmbeds, train, validation, test };
  if (!areStreamed({ embeds, numLabels }, samples, memoryLimit)) return data;
  return { ...data, windowBytes: windowBytes(memoryLimit) };
}

function labelSetsOf({ labelOffsets, labels }: TrainPayload): LabelSets {
  return { offsets: labelOffsets, labels };
}

function isUnusableCheckpoint(error: unknown): boolean {
  return error instanceof ClipwrightError && error.code.startsWith('CHECKPOINT_');
}

/** Written whole or not at all: a torn checkpoint would cost the epochs that the last good one holds. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  const directory = await open(path.dirname(file), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Progress as a part of all epochs, and the time left at the pace so far; early stopping may end it sooner. */
class Clock {
  readonly #started = performance.now();
  #from: number | undefined;

  constructor(private readonly epochs: number) {}

  at(epochsDone: number): { progress: number; etaSeconds: number | null } {
    this.#from ??= epochsDone;
    const done = epochsDone - this.#from;
    const seconds = (performance.now() - this.#started) / 1000;
    const left = this.epochs - epochsDone;
    return {
      progress: Math.min(1, epochsDone / this.epochs),
      etaSeconds: done > 0 ? (seconds / done) * left : null,
    };
  }
}
