import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventHub } from '../../../src/db/event-hub.js';
import { jobEventsAfter } from '../../../src/db/events.js';
import type { JobLogger } from '../../../src/jobs/job-logger.js';
import { taskRegistry } from '../../../src/jobs/registry.js';
import { embedDatasetTask } from '../../../src/jobs/tasks/embed-dataset.task.js';
import { importDatasetTask } from '../../../src/jobs/tasks/import-dataset.task.js';
import { type RunningWorker, startWorker } from '../../../src/jobs/worker.js';
import { ImageProcess } from '../../../src/ml/processes/image-process.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { importDataset } from '../../../src/services/import-dataset.js';
import type { ImportDatasetInput } from '../../../src/services/import-input.js';
import { Uploads } from '../../../src/services/uploads.js';
import { DiskStore } from '../../../src/storage/disk-store.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { forkChild } from '../../support/fork-child.js';
import { FakeEncoder } from './fake-encoder.js';
import { LIMITS } from './limits.js';

export interface EndedJob {
  id: string;
  status: string;
  attempt: number;
  errorCode: string | null;
  errorMessage: string | null;
  unchanged: boolean | null;
  datasetId: string | null;
  versionId: string | null;
}

/** Import and embedding on a fresh database, a data directory and an import root of its own. */
export class DataLine {
  readonly encoder = new FakeEncoder();
  /** Of the disk, as imports see it; undefined: what the disk says. */
  freeBytes: (() => Promise<number>) | undefined;
  readonly warnings: { message: string; fields: object }[] = [];
  readonly #workers: RunningWorker[] = [];
  readonly #children: (() => Promise<void>)[] = [];

  private constructor(
    readonly directory: string,
    readonly test: TestDatabase,
    readonly hub: EventHub,
    readonly blobs: DiskStore,
    readonly images: ImageProcess,
    readonly importRoots: readonly string[],
    readonly uploads: Uploads,
  ) {}

  static async create(options: { importRoots?: readonly string[] } = {}): Promise<DataLine> {
    const directory = await mkdtemp(join(tmpdir(), 'clipwright-line-'));
    await mkdir(join(directory, 'import'));
    const test = await createTestDatabase({ connections: 12 });
    const hub = EventHub.open(test.url);
    const blobs = await DiskStore.open(join(directory));
    const importRoots = [join(directory, 'import'), ...(options.importRoots ?? [])];
    const uploads = await Uploads.open({
      db: test.db,
      directory: join(directory, 'uploads'),
      maxBytes: 64 * 1024 * 1024,
    });
    const images = new ImageProcess({ threads: 2 });
    return new DataLine(directory, test, hub, blobs, images, importRoots, uploads);
  }

  get db() {
    return this.test.db;
  }

  get importRoot(): string {
    return join(this.directory, 'import');
  }

  get deps() {
    const { db, blobs, images, importRoots, uploads } = this;
    return {
      db,
      blobs,
      images,
      importRoots,
      ...LIMITS,
      uploadPath: (id: string, argument: string) => uploads.path(id, argument),
      removeUploadFiles: (id: string) => uploads.removeFiles(id),
    };
  }

  get embedding() {
    const { encoder } = this;
    return { ...this.deps, encoders: encoder, images: encoder, runner: encoder, plans: encoder };
  }

  get tasks() {
    return taskRegistry(
      [
        importDatasetTask({ ...this.deps, ...(this.freeBytes && { freeBytes: this.freeBytes }) }),
        embedDatasetTask(this.embedding),
      ],
      ['import-dataset', 'embed-dataset'],
    );
  }

  async worker(concurrency = 2): Promise<RunningWorker> {
    const quiet = () => {};
    const keep = (fields: object, message: string) => this.warnings.push({ fields, message });
    const logger: JobLogger = { debug: quiet, info: quiet, warn: keep, error: keep };
    const { db, hub, tasks } = this;
    const worker = await startWorker({ db, hub, tasks, logger, concurrency, pollMs: 200 });
    this.#workers.push(worker);
    return worker;
  }

  /**
   * A worker in a process of its own; `kill` it with SIGKILL. `delay`: milliseconds per batch of vectors. `images`: after
   * about so many it embeds no more, however late the kill comes. `helps`: with shards of sets whose job is at work, so that
   * it may be at two shards.
   */
  async childWorker({ delay = 0, images = Infinity, helps = false } = {}): Promise<{
    pid: number;
    kill(): Promise<void>;
  }> {
    const { pid, kill } = await forkChild(join(import.meta.dirname, 'child-line.ts'), [
      this.test.url,
      this.directory,
      this.importRoot,
      this.#tally,
      String(delay),
      String(images),
      helps ? 'helps' : '',
    ]);
    this.#children.push(kill);
    return { pid, kill };
  }

  /** What workers in processes of their own have embedded, kept or not. */
  async tally(): Promise<{ images: number; texts: number }> {
    const embedded = await readFile(this.#tally, 'utf8').catch(() => '');
    const images = embedded.split('i').length - 1;
    return { images, texts: embedded.length - images };
  }

  get #tally(): string {
    return join(this.directory, 'tally');
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(this.#children.splice(0).map((kill) => kill()));
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.images.close();
    await this.hub.close();
    await this.test.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Writes files below the import root; texts as they are. */
  async write(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.importRoot, folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  start(input: ImportDatasetInput) {
    return importDataset(this.deps, input);
  }

  /** Imports a folder and waits for the end of the job. */
  async import(
    name: string,
    directory: string,
    more: Partial<ImportDatasetInput> & { table?: string; imageFolder?: string } = {},
  ): Promise<EndedJob> {
    const { table, imageFolder, ...rest } = more;
    const source = { directory, ...(table && { table }), ...(imageFolder && { imageFolder }) };
    const { jobId } = await this.start({ name, source, ...rest });
    return this.ended(jobId);
  }

  cancel(jobId: string) {
    return cancelJob({ db: this.db, settlers: this.tasks }, jobId);
  }

  async job(jobId: string): Promise<EndedJob> {
    const [row] = await this.db.query<EndedJob & { [column: string]: unknown }>(
      `select id, status, attempt, error_code as "errorCode", error_message as "errorMessage", unchanged,
         dataset_id as "datasetId", dataset_version_id as "versionId" from jobs where id = $1`,
      [jobId],
    );
    return row!;
  }

  async ended(jobId: string, withinMs = 60_000): Promise<EndedJob> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const job = await this.job(jobId);
      if (['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(job.status)) return job;
      if (Date.now() > deadline) throw new Error(`job ${jobId} is still ${job.status}`);
      await sleep(25);
    }
  }

  events(jobId: string) {
    return jobEventsAfter(this.db, jobId, 0, 1000);
  }

  async samples(versionId: string) {
    return this.db.query<{
      position: number;
      key: string;
      caption: string | null;
      labels: number[] | null;
      split: string;
      image: string | null;
    }>(
      `select position, key, caption, case when labelled then labels end as labels, split,
         encode(image_sha256, 'hex') as image from samples where version_id = $1 order by position`,
      [versionId],
    );
  }

  async version(versionId: string) {
    const [row] = await this.db.query<{
      number: number;
      digest: string;
      labels: { key: string; name: string }[];
      labelStats: number[][];
      sampleCount: number;
      labelledCount: number;
      datasetId: string;
    }>(
      `select number, encode(digest, 'hex') as digest, labels, label_stats as "labelStats", dataset_id as "datasetId",
         sample_count as "sampleCount", labelled_count as "labelledCount" from dataset_versions where id = $1`,
      [versionId],
    );
    return row!;
  }

  async report(jobId: string) {
    const [counts] = await this.db.query<{ read: number; imported: number; rejectedCount: number }>(
      `select read, imported, rejected_count as "rejectedCount" from import_reports where job_id = $1`,
      [jobId],
    );
    const rejected = await this.db.query<{ line: number; key: string | null; reason: string }>(
      'select line, key, reason from rejected_rows where job_id = $1 order by line',
      [jobId],
    );
    return { ...counts!, rejected };
  }

  async count(
    table:
      | 'datasets'
      | 'dataset_versions'
      | 'samples'
      | 'images'
      | 'import_rows'
      | 'embedding_entries'
      | 'embedding_packs'
      | 'embedding_sets'
      | 'embedding_shards'
      | 'embedding_spaces',
  ): Promise<number> {
    const [row] = await this.db.query<{ count: number }>(
      `select count(*)::int as count from ${table}`,
    );
    return row!.count;
  }
}
