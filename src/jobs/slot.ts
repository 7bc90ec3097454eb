import { EventEmitter } from 'node:events';
import { Logger, runTaskList, type WorkerPool, type WorkerPoolOptions } from 'graphile-worker';
import type pg from 'pg';
import { type Ticket, unlockTickets } from '../db/tickets.queries.js';
import type { JobLogger } from './job-logger.js';
import { poolSql } from './pool-sql.js';

export interface SlotOptions {
  /** For graphile-worker alone: one connection listens for as long as the slot is open. */
  pool: pg.Pool;
  workerId: string;
  number: number;
  taskNames: readonly string[];
  logger: JobLogger;
  pollMs: number;
  run(ticket: Ticket, slotName: string): Promise<void>;
}

const RESTART_MS = 500;

/**
 * A place for one job at a time: a graphile-worker of its own, so that its name is ours and it can be replaced alone.
 *
 *   open ──the database is gone when graphile-worker starts, or when it gives a ticket back──▶ broken
 *   broken ──after half a second: its tickets unlocked, the next under a new name──▶ open
 *   open, broken ──close──▶ closed
 */
export class Slot {
  #pool: WorkerPool | undefined;
  #name = '';
  #generation = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly options: SlotOptions) {
    this.#open();
  }

  get name(): string {
    return this.#name;
  }

  /** Takes nothing more, and waits for the job under way, but not for longer than `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const pool = this.#pool;
    if (!pool) return;
    if (await within(graceMs, pool.gracefulShutdown('the worker stops'))) return;
    await within(graceMs, pool.forcefulShutdown('the worker stops'));
  }

  #open(): void {
    const { pool, workerId, number, taskNames, logger, pollMs, run } = this.options;
    this.#generation += 1;
    const name = `${workerId}/${number}.${this.#generation}`;
    this.#name = name;
    const events = new EventEmitter() as NonNullable<WorkerPoolOptions['events']>;
    events.on('worker:fatalError', ({ error }) => {
      logger.warn({ slot: name, err: error }, 'a worker slot broke; it is replaced');
      this.#replaceLater();
    });
    // It looks its tasks' numbers up once and keeps the answer, even when that is a lost connection: a slot whose first
    // question failed would never get a job.
    let hasAnswer = false;
    const answered = () => {
      hasAnswer = true;
    };
    events.on('worker:getJob:empty', answered);
    events.on('job:start', answered);
    events.on('worker:getJob:error', () => {
      if (!hasAnswer) this.#replaceLater();
    });
    // `workerId` is read, though its type is that of the runner of one job.
    const options: WorkerPoolOptions & { workerId: string } = {
      workerId: name,
      concurrency: 1,
      noHandleSignals: true,
      pollInterval: pollMs,
      logger: quiet(logger),
      events,
    };
    const handler = (ticket: unknown) => run(ticket as Ticket, name);
    const tasks = Object.fromEntries(taskNames.map((task) => [task, handler]));
    this.#pool = runTaskList(options, tasks, pool);
    this.#pool.promise.catch(() => {});
  }

  #replaceLater(): void {
    if (this.#closed || this.#timer) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.#pool?.gracefulShutdown('the slot broke');
        this.#pool = undefined;
        await unlockTickets(poolSql(this.options.pool), [this.#name]);
      } catch {
        this.#timer = undefined;
        return this.#replaceLater();
      }
      this.#timer = undefined;
      if (!this.#closed) this.#open();
    }, RESTART_MS);
  }
}

/** @returns whether the work ended in time */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    late,
  ]);
  clearTimeout(timer);
  return inTime;
}

/** What graphile-worker says about jobs, the log has already; its errors are lost connections, which it survives. */
function quiet(logger: JobLogger): Logger {
  return new Logger((scope) => (level, message, meta) => {
    if (meta?.failure) return;
    const write = level === 'error' || level === 'warning' ? logger.warn : logger.debug;
    write.call(logger, { slot: scope.workerId }, `graphile-worker: ${message}`);
  });
}
