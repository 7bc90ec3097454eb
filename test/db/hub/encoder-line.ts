import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import type { Catalogue } from '../../../src/hub/catalogue.js';
import type { TaskRegistry } from '../../../src/jobs/registry.js';
import { type RunningWorker, startWorker } from '../../../src/jobs/worker.js';
import { listEncoders } from '../../../src/services/list-encoders.js';
import { LocalEncoders } from '../../../src/services/local-encoders.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

/** A database, and for each test a data directory with encoders, and workers. */
export class EncoderLine {
  data = '';
  encoders!: LocalEncoders;
  readonly #workers: RunningWorker[] = [];

  private constructor(
    private readonly test: TestDatabase,
    private readonly events: EventHub,
    readonly catalogue: Catalogue,
  ) {}

  static async create(catalogue: Catalogue = new Map()): Promise<EncoderLine> {
    const test = await createTestDatabase({ connections: 8 });
    return new EncoderLine(test, EventHub.open(test.url), catalogue);
  }

  get db(): Database {
    return this.test.db;
  }

  get url(): string {
    return this.test.url;
  }

  get hubRoot(): string {
    return path.join(this.data, 'hub');
  }

  get localRoot(): string {
    return path.join(this.data, 'encoders');
  }

  async begin(): Promise<void> {
    this.data = await mkdtemp(path.join(tmpdir(), 'clipwright-encoders-'));
    this.encoders = new LocalEncoders(
      { builtIn: path.join(this.data, 'none'), local: this.localRoot, hub: this.hubRoot },
      { license: (id) => this.catalogue.get(id)?.license ?? null, onUnusable: () => {} },
    );
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
  }

  async end(): Promise<void> {
    await this.stopWorkers();
    await this.db.query('delete from jobs');
    await rm(this.data, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.events.close();
    await this.test.drop();
  }

  async work(tasks: TaskRegistry): Promise<void> {
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const { db, events: hub } = this;
    this.#workers.push(await startWorker({ db, hub, tasks, logger, concurrency: 2, pollMs: 100 }));
  }

  /** As the API lists it. */
  async entry(id: string) {
    return (await listEncoders(this)).find((entry) => entry.id === id);
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 20_000; !(await holds()); await sleep(20)) {
      if (Date.now() > deadline) throw new Error(`still waiting for ${what}`);
    }
  }

  async ended(jobId: string) {
    const read = async () =>
      (
        await this.db.query<{ status: string; code: string | null; message: string | null }>(
          `select status::text as status, error_code as code, error_message as message
           from jobs where id = $1`,
          [jobId],
        )
      )[0]!;
    await this.until('the job', async () => !/QUEUED|RUNNING/.test((await read()).status));
    return read();
  }
}
