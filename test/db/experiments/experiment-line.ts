import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventHub } from '../../../src/db/event-hub.js';
import { experimentEventsAfter, experimentsByIds } from '../../../src/db/experiments.queries.js';
import { taskRegistry } from '../../../src/jobs/registry.js';
import { embedDatasetTask } from '../../../src/jobs/tasks/embed-dataset.task.js';
import { predictDatasetTask } from '../../../src/jobs/tasks/predict-dataset.task.js';
import { trainRunTask } from '../../../src/jobs/tasks/train-run.task.js';
import { type RunningWorker, startWorker } from '../../../src/jobs/worker.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { cancelRun } from '../../../src/services/cancel-run.js';
import type { ExperimentInput } from '../../../src/services/check-experiment.js';
import { freeBytes } from '../../../src/services/disk-room.js';
import { embedLabels } from '../../../src/services/label-texts.js';
import type { HeadRunner } from '../../../src/services/predict.js';
import type { TrainRunDeps, TrainWarning } from '../../../src/services/train-run.js';
import { DiskStore } from '../../../src/storage/disk-store.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { FakeEncoder } from '../line/fake-encoder.js';
import { FakeTrainer } from './fake-trainer.js';

const SAMPLES = 30;

/** Datasets, embeddings and trainings that cost nothing, on a fresh database. */
export class ExperimentLine {
  readonly encoder = new FakeEncoder();
  readonly trainer = new FakeTrainer();
  /** Of the disk, as jobs see it. */
  freeBytes = freeBytes;
  /** of trainings, with their runs */
  readonly warnings: (TrainWarning & { runId: string })[] = [];
  readonly #workers: RunningWorker[] = [];

  private constructor(
    readonly directory: string,
    readonly test: TestDatabase,
    readonly hub: EventHub,
    readonly blobs: DiskStore,
    private readonly train: TrainRunDeps['train'] | undefined,
    private readonly heads: HeadRunner,
  ) {}

  /** @param train instead of the fake trainer @param heads that predict for datasets */
  static async create(
    train?: TrainRunDeps['train'],
    heads: HeadRunner = { run: () => Promise.reject(new Error('no heads here')) },
  ): Promise<ExperimentLine> {
    const directory = await mkdtemp(join(tmpdir(), 'clipwright-experiments-'));
    const test = await createTestDatabase({ connections: 16 });
    const blobs = await DiskStore.open(directory);
    return new ExperimentLine(directory, test, EventHub.open(test.url), blobs, train, heads);
  }

  get db() {
    return this.test.db;
  }

  get deps() {
    return { db: this.db, encoders: this.encoder, limits: { trainingBytes: 2 ** 30 } };
  }

  get tasks() {
    const { db, blobs, encoder, trainer } = this;
    return taskRegistry(
      [
        embedDatasetTask({
          db,
          blobs,
          encoders: encoder,
          images: encoder,
          runner: encoder,
          plans: encoder,
        }),
        predictDatasetTask({
          db,
          blobs,
          heads: this.heads,
          freeBytes: (path) => this.freeBytes(path),
        }),
        trainRunTask({
          db,
          blobs,
          engine: 'onnxruntime',
          device: 'cpu',
          threads: 1,
          limits: { trainingBytes: 2 ** 30 },
          freeBytes: (path) => this.freeBytes(path),
          onWarning: (runId, warning) => this.warnings.push({ runId, ...warning }),
          checkpoints: this.directory,
          embedLabels: (of, job) =>
            embedLabels(
              { db, blobs, encoders: encoder, images: encoder, runner: encoder, plans: encoder },
              of,
              job,
            ),
          train: this.train ?? ((payload, options) => trainer.train(payload, options)),
        }),
      ],
      ['embed-dataset', 'train-run', 'predict-dataset'],
    );
  }

  async worker(concurrency = 2): Promise<RunningWorker> {
    const { db, hub, tasks } = this;
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const worker = await startWorker({
      db,
      hub,
      tasks,
      logger,
      concurrency,
      pollMs: 50,
      handBackMs: 200,
    });
    this.#workers.push(worker);
    return worker;
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.hub.close();
    await this.test.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A dataset of one version with two labels, where every sample has a photo and a caption. */
  async dataset(name: string, splits = ['TRAIN', 'VALIDATION', 'TEST']) {
    const [dataset] = await this.db.query<{ id: string }>(
      'insert into datasets (name) values ($1) returning id',
      [name],
    );
    const images = await this.blobs.putMany(
      Array.from({ length: SAMPLES }, (_, i) => Buffer.from(`${name} ${i}`)),
    );
    await this.db.query(
      `insert into images (sha256, bytes, format, width, height)
       select decode(i, 'hex'), 1, 'png', 1, 1 from unnest($1::text[]) i`,
      [images],
    );
    const labelStats = [0, 1].map((label) =>
      ['TRAIN', 'VALIDATION', 'TEST'].map(
        (split) =>
          images.filter((_, i) => i % 2 === label && splits[i % splits.length] === split).length,
      ),
    );
    const [version] = await this.db.query<{ id: string }>(
      `insert into dataset_versions (dataset_id, number, digest, labels, label_stats, sample_count, labelled_count)
       values ($1, 1, sha256('x'), '[{"key":"a","name":"a"},{"key":"b","name":"b"}]', $3, $2, $2) returning id`,
      [dataset!.id, SAMPLES, JSON.stringify(labelStats)],
    );
    await this.db.query(
      `insert into samples (version_id, position, key, caption, labels, labelled, split, image_sha256)
       select $1, i, lpad(i::text, 3, '0'), $2 || i, array[i % 2], true,
         ($3::text[])[1 + i % array_length($3::text[], 1)]::"Split", decode(($4::text[])[1 + i], 'hex')
       from generate_series(0, $5 - 1) i`,
      [version!.id, name, splits, images, SAMPLES],
    );
    await this.db.query('update datasets set latest_version_id = $2 where id = $1', [
      dataset!.id,
      version!.id,
    ]);
    return { datasetId: dataset!.id, versionId: version!.id };
  }

  /** Two heads × two fusions × one loss × two seeds. */
  input(datasetId: string, more: Partial<ExperimentInput> = {}): ExperimentInput {
    return {
      name: 'matrix',
      datasetId,
      encoderId: 'test/fake',
      heads: [{ kind: 'LINEAR' }, { kind: 'MLP', hidden: [4] }],
      fusions: [{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }],
      seeds: [1, 2],
      config: { epochs: 3 },
      ...more,
    };
  }

  async experiment(id: string) {
    const [row] = await experimentsByIds(this.db, [id]);
    return row!;
  }

  events(id: string) {
    return experimentEventsAfter(this.db, id, 0);
  }

  /** All runs, in the order in which they are wanted, each with its job's attempts. */
  async runs() {
    return this.db.query<{
      id: string;
      status: string;
      head: string;
      fusion: string;
      seed: number;
      attempt: number | null;
    }>(
      `select r.id, r.status, r.config #>> '{head,kind}' as head, r.config #>> '{fusion,kind}' as fusion, r.seed,
         j.attempt from runs r left join jobs j on j.id = r.job_id
       order by (select min(position) from experiment_runs w where w.run_id = r.id), r.created_at`,
    );
  }

  cancelRun(id: string) {
    const { db, tasks: settlers } = this;
    return cancelRun({ db, cancelJob: (jobId) => cancelJob({ db, settlers }, jobId) }, id);
  }
}
