import { lockBlobsForWriting } from '../db/blob-lock.js';
import type { Database } from '../db/database.js';
import { appendRunEvent } from '../db/events.js';
import {
  finishRun,
  insertEpoch,
  markRunStarted,
  runToTrain,
  setRunEta,
} from '../db/run-lifecycle.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import { isOverTokens, promptsOf } from '../ml/nn/heads/table.js';
import type { TrainEvent, TrainPayload, TrainResult } from '../ml/processes/train.methods.js';
import type { TrainingDevice } from '../ml/runtime/device.js';
import type { EngineName } from '../ml/train/engine.js';
import { readRunConfig } from '../ml/train/run-config.js';
import { scoresFileBytes } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { advanceExperimentsOfRun } from './advance-experiments.js';
import { type FreeBytes, requireBlobRoom } from './disk-room.js';
import type { LabelsToEmbed } from './label-texts.js';
import { modalityNeeds } from './modality-needs.js';
import { checkpointPath } from './remove-stale-checkpoints.js';
import { loadTrainingData } from './training-data.js';

export interface TrainRunDeps {
  db: Database;
  blobs: BlobStore;
  /** trains in a child process; resolves when the best epoch is known */
  train(
    payload: TrainPayload,
    options: { signal: AbortSignal; onEvent(event: TrainEvent): void },
  ): Promise<TrainResult>;
  /** the labels' texts in the run's embedding space, [L, D] */
  embedLabels(of: LabelsToEmbed, job: JobContext): Promise<Float32Array>;
  /** where checkpoints lie while their runs train */
  checkpoints: string;
  engine: EngineName;
  device: TrainingDevice;
  threads: number;
  limits: { trainingBytes: number };
  /** Left out: what the disk says. */
  freeBytes?: FreeBytes;
  /** told of every warning of a training, with what clients must not see of its cause */
  onWarning(runId: string, warning: TrainWarning): void;
}

export type TrainWarning = Extract<TrainEvent, { kind: 'warning' }>;

/** Step-level progress goes out this often at most; epochs always do. */
const PROGRESS_INTERVAL_MS = 200;

/**
 * Trains a run from its embedding set, publishing every epoch once. A second attempt goes on from the checkpoint; epochs
 * that the first one trained but did not publish come out of it.
 */
export async function trainRun(deps: TrainRunDeps, runId: string, job: JobContext): Promise<void> {
  const run = await runToTrain(deps.db, runId);
  if (!run?.artifactSha256) {
    throw new ClipwrightError('NOT_FOUND', 'The run or its embedding set is gone.');
  }
  const checkpoint = checkpointPath(deps.checkpoints, runId);
  const config = readRunConfig(run.config);
  const needs = modalityNeeds(config.fusion);
  const data = await loadTrainingData(deps.db, run.versionId, needs, run.fold);
  // What is kept of it besides a head, of which the size is not known yet.
  const scored = data.validation.length + data.test.length;
  await requireBlobRoom(deps, scoresFileBytes(scored, run.numLabels));
  await job.fenced(async (tx) => {
    await markRunStarted(tx, runId);
    const resumed = job.attempt > 1 ? 'resumed' : 'training';
    await appendRunEvent(tx, runId, {
      status: 'RUNNING',
      message: `${resumed} on ${data.train.length} samples, ${data.validation.length} for validation, ${data.test.length} for test`,
    });
    if (run.embeddingWarning !== null && job.attempt === 1) {
      await appendRunEvent(tx, runId, { message: ofEmbedding(run.embeddingWarning) });
    }
  });

  const publisher = new Publisher(runId, job);
  const prompts = promptsOf(config.head);
  const onFallback = (warning: string) => publisher.warn(ofEmbedding(warning));
  const labelEmbeds = prompts
    ? await deps.embedLabels({ setId: run.setId, prompts, onFallback }, job)
    : undefined;
  const overTokens = isOverTokens(config.head);
  const features = overTokens ? run.tokensSha256 : run.artifactSha256;
  if (!features) throw new Error(`run ${runId} is to attend to tokens that its set has not`);
  const result = await deps.train(
    {
      ...data,
      featuresPath: deps.blobs.path(features.toString('hex') as Sha256),
      ...(overTokens && { tokens: run.tokens }),
      dimension: run.dimension,
      numLabels: run.numLabels,
      config,
      labelEmbeds,
      seed: run.seed,
      engine: deps.engine,
      device: deps.device,
      threads: config.deterministic ? 1 : deps.threads,
      memoryLimit: deps.limits.trainingBytes,
      checkpointPath: checkpoint,
    },
    {
      signal: job.signal,
      onEvent(event) {
        if (event.kind === 'warning') deps.onWarning(runId, event);
        publisher.take(event);
      },
    },
  );
  await publisher.finished();

  await job.succeed(async (tx) => {
    await lockBlobsForWriting(tx);
    // Files first: the row that names them must never be there without them.
    const headSha256 = await deps.blobs.put(result.head);
    const scoresSha256 = await deps.blobs.put(result.scores);
    for (const epoch of result.history) await publisher.publishEpoch(tx, epoch);
    await finishRun(tx, runId, { ...result, headSha256, scoresSha256 });
    await appendRunEvent(tx, runId, {
      status: 'SUCCEEDED',
      progress: 1,
      message: `best epoch ${result.bestEpoch} of ${result.history.length}`,
    });
    await advanceExperimentsOfRun(tx, runId);
  });
}

const ofEmbedding = (warning: string): string => `embedding: ${warning}`;

/** Writes events one after the other, in the order in which the training sent them. */
class Publisher {
  #tail: Promise<void> = Promise.resolve();
  #failure: unknown;
  #lastProgressAt = 0;
  readonly #warnings = new Set<string>();

  constructor(
    private readonly runId: string,
    private readonly job: JobContext,
  ) {}

  take(event: TrainEvent): void {
    if (event.kind === 'progress') {
      const now = performance.now();
      if (now - this.#lastProgressAt < PROGRESS_INTERVAL_MS) return;
      this.#lastProgressAt = now;
    }
    this.#tail = this.#tail
      .then(() => this.#write(event))
      .catch((error) => {
        this.#failure ??= error;
      });
  }

  /** Of what is told again and again only the first is written. */
  warn(message: string): void {
    if (this.#warnings.has(message)) return;
    this.#warnings.add(message);
    this.take({ kind: 'warning', message });
  }

  /** @throws what a write failed with: an event that is not on disk must not be passed over */
  async finished(): Promise<void> {
    await this.#tail;
    if (this.#failure) throw this.#failure;
  }

  async #write(event: TrainEvent): Promise<void> {
    if (this.#failure) return;
    if (event.kind === 'warning') {
      await this.job.fenced((tx) => appendRunEvent(tx, this.runId, { message: event.message }));
      return;
    }
    const etaSeconds = event.etaSeconds ?? undefined;
    await this.job.fenced(async (tx) => {
      await setRunEta(tx, this.runId, etaSeconds);
      if (event.kind === 'epoch') await this.publishEpoch(tx, event.epoch, event.progress);
      else await appendRunEvent(tx, this.runId, { progress: event.progress });
    });
    await this.job.progress({
      progress: event.progress,
      ...(etaSeconds !== undefined && { etaSeconds }),
    });
  }

  /** An epoch that is there already was published before a crash. */
  async publishEpoch(
    tx: Parameters<typeof insertEpoch>[0],
    epoch: TrainResult['history'][number],
    progress?: number,
  ): Promise<void> {
    if (!(await insertEpoch(tx, this.runId, epoch))) return;
    await appendRunEvent(tx, this.runId, {
      epoch: epoch.epoch,
      ...(progress !== undefined && { progress }),
    });
  }
}
