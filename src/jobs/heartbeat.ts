import { lostAttempts } from '../db/jobs.queries.js';
import type { Sql } from '../db/sql.js';
import { beatWorker, insertWorker } from '../db/workers.queries.js';
import type { Attempt } from './attempt.js';
import type { JobLogger } from './job-logger.js';
import { type ProcessIdentity, thisProcess } from './process-identity.js';

export interface HeartbeatOptions {
  /** Never busy with jobs: a heartbeat that waits for a connection is a missed one. */
  sql: Sql;
  workerId: string;
  running: ReadonlyMap<string, Attempt>;
  logger: JobLogger;
  everyMs: number;
}

/**
 * Renews the worker's row and tells attempts that their job is not theirs any more.
 *
 *   unregistered ──register──▶ alive ──beat finds the row──▶ alive
 *   alive ──beat finds no row: declared dead while this process was stopped or cut off──▶ registered again ──▶ alive
 *
 * After each beat, attempts whose job was cancelled or handed on are told. While the row is gone, claims are refused.
 */
export class Heartbeat {
  readonly #identity: ProcessIdentity = thisProcess();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(private readonly options: HeartbeatOptions) {}

  async start(): Promise<void> {
    await this.#register();
    this.#beatLater();
  }

  /** Beats now, or as soon as the beat under way is over. */
  beatNow(): void {
    if (this.#stopped) return;
    if (this.#beating) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#beating = this.#beat().finally(() => {
      this.#beating = undefined;
      if (this.#again) {
        this.#again = false;
        this.beatNow();
      } else {
        this.#beatLater();
      }
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#beating;
  }

  #register(): Promise<void> {
    return insertWorker(this.options.sql, { id: this.options.workerId, ...this.#identity });
  }

  async #beat(): Promise<void> {
    const { sql, workerId, running, logger } = this.options;
    try {
      if (!(await beatWorker(sql, workerId))) {
        logger.warn({ worker: workerId }, 'this worker was declared dead; it registers again');
        await this.#register();
      }
      const attempts = [...running.values()];
      if (attempts.length === 0) return;
      const lost = new Set(await lostAttempts(sql, attempts));
      for (const attempt of attempts) if (lost.has(attempt.jobId)) attempt.lose();
    } catch (error) {
      logger.warn({ worker: workerId, err: error }, 'heartbeat failed');
    }
  }

  #beatLater(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.beatNow(), this.options.everyMs);
  }
}
