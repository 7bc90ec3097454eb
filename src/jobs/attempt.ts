import { isConnectionLoss } from '../db/connection-loss.js';
import type { Database } from '../db/database.js';
import { appendJobEvent, type JobChange } from '../db/events.js';
import { lockOwnJob } from '../db/jobs.queries.js';
import type { Tx } from '../db/sql.js';
import { LostJobError } from './lost-job.js';
import type { JobContext } from './task.js';

/** Five progress events a second. */
const PROGRESS_MS = 200;
/** A progress write that found no database is tried again after this long. */
const PROGRESS_RETRY_MS = 1000;

/**
 * One attempt at a job, as its task sees it.
 *
 *   running ──succeed committed──▶ ended
 *   running ──a write hits the fence, `lose`──▶ lost (signal aborted with a LostJobError)
 *   running ──`release`──▶ released: whoever ran the attempt writes its end
 *
 * Progress is written at most every 200 ms: what comes faster waits, merged, for the timer, for the end of a fenced
 * transaction (which holds the job's row), or for whatever ends the attempt.
 */
export class Attempt implements JobContext {
  readonly #abort = new AbortController();
  #pending: JobChange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #nextWrite = 0;
  #fences = 0;
  #over = false;
  #succeeded = false;

  constructor(
    private readonly db: Database,
    readonly jobId: string,
    readonly attempt: number,
  ) {}

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get hasSucceeded(): boolean {
    return this.#succeeded;
  }

  /** Tells the task to stop. The job stays ours until it is handed back. */
  stop(reason: Error): void {
    this.#abort.abort(reason);
  }

  /** The job is not ours any more. */
  lose(reason?: string): void {
    this.#abort.abort(new LostJobError(this.jobId, reason));
  }

  async progress(update: {
    progress: number;
    etaSeconds?: number;
    message?: string;
  }): Promise<void> {
    this.#throwIfLost();
    this.#pending = merge(this.#pending, update);
    if (this.#fences > 0 || this.#timer || this.#writing || this.#over) return;
    if (performance.now() < this.#nextWrite) return this.#writeLater();
    await this.#write();
  }

  async fenced<T>(write: (tx: Tx) => Promise<T>): Promise<T> {
    this.#throwIfLost();
    this.#fences += 1;
    try {
      return await this.db.transaction(async (tx) => {
        await this.lock(tx);
        return await write(tx);
      });
    } finally {
      this.#fences -= 1;
      if (this.#pending && this.#fences === 0) this.#writeLater();
    }
  }

  async succeed(write: (tx: Tx) => Promise<void>): Promise<void> {
    await this.release();
    await this.fenced(async (tx) => {
      await write(tx);
      await this.flush(tx);
      await appendJobEvent(tx, this.jobId, { status: 'SUCCEEDED', progress: 1 });
    });
    this.#pending = undefined;
    this.#succeeded = true;
  }

  /** Locks the job's row for the transaction, or throws and marks the job as lost. */
  async lock(tx: Tx): Promise<void> {
    if (await lockOwnJob(tx, this.jobId, this.attempt)) return;
    this.lose();
    this.#throwIfLost();
    throw new LostJobError(this.jobId);
  }

  /** Writes progress that still waits, in the transaction that ends the attempt. */
  async flush(tx: Tx): Promise<void> {
    if (this.#pending) await appendJobEvent(tx, this.jobId, this.#pending);
  }

  /** Ends progress writes of its own accord, so that nothing is under way when the attempt ends. */
  async release(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
  }

  #throwIfLost(): void {
    if (this.signal.reason instanceof LostJobError) throw this.signal.reason;
  }

  #writeLater(): void {
    if (this.#timer || this.#over) return;
    const delay = Math.max(0, this.#nextWrite - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // A lost job has aborted the signal; anything else the task meets by itself.
      if (this.#pending && !this.#writing && this.#fences === 0) this.#write().catch(() => {});
    }, delay);
  }

  #write(): Promise<void> {
    const change = this.#pending;
    this.#pending = undefined;
    this.#nextWrite = performance.now() + PROGRESS_MS;
    const written = (async () => {
      try {
        const seq = await appendJobEvent(this.db, this.jobId, change!, { attempt: this.attempt });
        if (seq === null) {
          this.lose();
          this.#throwIfLost();
        }
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        this.#pending = merge(change, this.#pending ?? {});
        this.#nextWrite = performance.now() + PROGRESS_RETRY_MS;
      } finally {
        this.#writing = undefined;
        if (this.#pending && this.#fences === 0) this.#writeLater();
      }
    })();
    this.#writing = written.catch(() => {});
    return written;
  }
}

/** The later state with both messages. */
function merge(earlier: JobChange | undefined, later: JobChange): JobChange {
  const message = [earlier?.message, later.message].filter((part) => part !== undefined).join('\n');
  const progress = finite(later.progress) ?? earlier?.progress;
  return {
    progress: progress === undefined ? undefined : Math.min(1, Math.max(0, progress)),
    etaSeconds: finite(later.etaSeconds),
    message: message === '' ? undefined : message,
  };
}

/** 0 ÷ 0 and x ÷ 0 are not known yet. */
function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
