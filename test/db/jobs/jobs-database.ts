import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import { jobEventsAfter } from '../../../src/db/events.js';
import { enqueueJob } from '../../../src/jobs/enqueue.js';
import type { JobLogger } from '../../../src/jobs/job-logger.js';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../../src/jobs/worker.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { createTestDatabase } from '../../support/database.js';
import { EFFECTS, testTasks } from './test-tasks.js';
import { until } from './until.js';

export interface JobState {
  status: string;
  attempt: number;
  progress: number;
  errorCode: string | null;
  errorMessage: string | null;
}

interface ChildWorker {
  process: ChildProcess;
  id: string;
  /** What it logged. */
  log: string[];
  /** Sends the signal and waits for the process to end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A fresh database with the test tasks, and everything that a test starts on it. */
export class JobsDatabase {
  readonly tasks = testTasks(this.db);
  readonly warnings: Array<{ message: string; fields: object }> = [];
  readonly logger: JobLogger = {
    debug: () => {},
    info: () => {},
    warn: (fields, message) => this.warnings.push({ fields, message }),
    error: (fields, message) => this.warnings.push({ fields, message }),
  };
  readonly #open: Array<() => Promise<unknown>> = [];

  private constructor(
    readonly url: string,
    readonly db: Database,
    readonly hub: EventHub,
    private readonly closeDatabase: () => Promise<void>,
  ) {}

  static async create(): Promise<JobsDatabase> {
    const { url, db, drop } = await createTestDatabase();
    return await JobsDatabase.on(url, db, drop);
  }

  /** @param close ends `db` and whatever is behind it */
  static async on(url: string, db: Database, close: () => Promise<void>): Promise<JobsDatabase> {
    await db.query(EFFECTS);
    const hub = EventHub.open(url);
    await hub.listening();
    return new JobsDatabase(url, db, hub, close);
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.hub.close();
    await this.closeDatabase();
  }

  /** Ends every worker that a test has started. */
  async stopWorkers(): Promise<void> {
    await this.db.query(`insert into gates values ('closing time') on conflict do nothing`);
    await Promise.all(this.#open.splice(0).map((stop) => stop()));
  }

  async worker(options: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
    const { db, hub, tasks, logger } = this;
    const worker = await startWorker({ db, hub, tasks, logger, ...options });
    this.#open.push(() => worker.stop());
    return worker;
  }

  async childWorker(options: Partial<WorkerOptions> = {}): Promise<ChildWorker> {
    const child = fork(
      path.join(import.meta.dirname, 'child-worker.ts'),
      [this.url, JSON.stringify(options)],
      { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const end = (signal: NodeJS.Signals) => {
      child.kill(signal);
      return exited;
    };
    this.#open.push(() => end('SIGKILL'));
    const log: string[] = [];
    const id = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: { started?: string; log?: string }) => {
        if (message.started) resolve(message.started);
        if (message.log) log.push(message.log);
      });
      child.once('exit', (code) => reject(new Error(`the child worker ended with ${code}`)));
    });
    return { process: child, id, log, end };
  }

  enqueue(task: string, payload: object = {}): Promise<string> {
    return this.db.transaction((tx) => enqueueJob(tx, { task, payload }));
  }

  cancel(id: string): Promise<string> {
    return cancelJob({ db: this.db, settlers: this.tasks }, id);
  }

  async job(id: string): Promise<JobState> {
    const [row] = await this.db.query<JobState & Record<string, unknown>>(
      `select status, attempt, progress, error_code as "errorCode", error_message as "errorMessage"
       from jobs where id = $1`,
      [id],
    );
    return row!;
  }

  async statuses(id: string): Promise<string[]> {
    return (await jobEventsAfter(this.db, id, 0)).map(({ status }) => status);
  }

  async effects(id: string): Promise<string[]> {
    const rows = await this.db.query<{ note: string }>(
      'select note from effects where job_id = $1 order by at',
      [id],
    );
    return rows.map(({ note }) => note);
  }

  openGate(name: string): Promise<unknown> {
    return this.db.query('insert into gates values ($1)', [name]);
  }

  /** Waits for the job to be in a state. */
  reaches(id: string, status: string, withinMs?: number): Promise<JobState> {
    return until(
      async () => {
        const job = await this.job(id);
        return job.status === status && job;
      },
      `job ${id} to be ${status}`,
      withinMs,
    );
  }

  /** Waits for the job's n-th 'begun'. */
  begins(id: string, times = 1, withinMs?: number): Promise<true> {
    return until(
      async () => (await this.effects(id)).filter((note) => note === 'begun').length >= times,
      `job ${id} to begin ${times} times`,
      withinMs,
    ) as Promise<true>;
  }

  async tickets(): Promise<number> {
    const [row] = await this.db.query<{ count: number }>(
      'select count(*)::int as count from graphile_worker.jobs',
    );
    return row!.count;
  }
}
