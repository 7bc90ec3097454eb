import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from '../db/database.js';
import type { EventHub } from '../db/event-hub.js';
import { type Ticket, unlockTickets, WORKER_ID_PREFIX } from '../db/tickets.queries.js';
import { deleteWorker } from '../db/workers.queries.js';
import type { Attempt } from './attempt.js';
import { Heartbeat } from './heartbeat.js';
import { type Help, helpOthers } from './helper.js';
import type { JobLogger } from './job-logger.js';
import { poolSql } from './pool-sql.js';
import type { TaskRegistry } from './registry.js';
import { runJob } from './run-job.js';
import { Slot } from './slot.js';
import { BEAT_MS, DEADLINE_MS, startSweeper } from './sweeper.js';
import { WorkerStopping } from './worker-stopping.js';

export interface WorkerOptions {
  /** Its pool serves the jobs; the queue and the heartbeat have connections of their own. */
  db: Database;
  hub: EventHub;
  tasks: TaskRegistry;
  logger: JobLogger;
  /** Jobs at a time; of all tasks alike, unless there are lanes. */
  concurrency?: number;
  /** Slots that take only some tasks, so that long work of one kind leaves room for another. */
  lanes?: readonly Lane[];
  /** What it does beside its jobs for those of other workers. */
  help?: Help;
  /** From `newWorkerId`, for a parent that wants to know its child's; each start needs a new one. */
  id?: string;
  beatMs?: number;
  deadlineMs?: number;
  /** How often an idle slot looks for jobs that no notification announced: retries, and jobs handed back. */
  pollMs?: number;
  /** How long a task has to stop, when the worker does, before its job is handed back regardless. */
  handBackMs?: number;
}

export interface Lane {
  /** Names of tasks. */
  tasks: readonly string[];
  concurrency: number;
}

export interface RunningWorker {
  readonly id: string;
  /** Ids of the jobs that it works on. */
  running(): string[];
  /** Takes no more jobs, aborts those under way and hands them back. Other workers go on with them at once. */
  stop(): Promise<void>;
}

export function newWorkerId(): string {
  return `${WORKER_ID_PREFIX}${randomUUID()}`;
}

/**
 * Starts to take jobs.
 *
 *   registered (its row is there) ──▶ taking jobs in each slot ──stop──▶ stopping: signals aborted, jobs handed back
 *     ──slots closed──▶ gone (no row)
 *
 * @throws when the database cannot be reached, or no lane takes some task
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { db, hub, tasks, logger, concurrency = 2, help, id = newWorkerId() } = options;
  const { lanes = [{ tasks: [...tasks.keys()], concurrency }] } = options;
  const laneless = [...tasks.keys()].filter(
    (task) => !lanes.some((lane) => lane.tasks.includes(task)),
  );
  if (laneless.length > 0) throw new Error(`no lane takes ${laneless.join(', ')}`);
  const slotTasks = lanes.flatMap((lane) =>
    Array.from({ length: lane.concurrency }, () => lane.tasks),
  );
  const { beatMs = BEAT_MS, deadlineMs = DEADLINE_MS, pollMs = 1000, handBackMs = 3000 } = options;

  // Each slot listens on one connection and asks on another; one is left for the heartbeat.
  const pool = new pg.Pool({
    connectionString: db.url,
    max: 2 * slotTasks.length + 1,
    application_name: `clipwright queue ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  pool.on('error', (error) => logger.debug({ err: error }, 'idle queue connection lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.debug({ err: error }, 'queue connection lost'));
  });
  const sql = poolSql(pool);

  const running = new Map<string, Attempt>();
  const stopping = new AbortController();
  const heartbeat = new Heartbeat({ sql, workerId: id, running, logger, everyMs: beatMs });
  try {
    await heartbeat.start();
  } catch (error) {
    await pool.end();
    throw error;
  }
  const sweeper = startSweeper({
    db,
    settlers: tasks,
    logger,
    everyMs: beatMs,
    deadlineMs,
    ownWorkerId: id,
  });

  const deps = {
    db,
    hub,
    tasks,
    logger,
    workerId: id,
    running,
    lookForLost: () => heartbeat.beatNow(),
    stopping: stopping.signal,
    handBackMs,
  };
  const run = async (ticket: Ticket, slotName: string) => {
    if (stopping.signal.aborted) {
      await unlockTickets(sql, [slotName]);
      throw stopping.signal.reason;
    }
    await runJob(deps, ticket);
  };
  const slots = slotTasks.map(
    (names, number) =>
      new Slot({ pool, workerId: id, number, taskNames: [...names], logger, pollMs, run }),
  );
  const helping =
    help && helpOthers({ help, workerId: id, logger, pollMs, stopping: stopping.signal });
  logger.info({ worker: id, lanes }, 'worker started');

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping.abort(new WorkerStopping());
    const graceMs = handBackMs + 2000;
    await Promise.all([
      ...slots.map((slot) => slot.close(graceMs)),
      Promise.race([helping, sleep(graceMs, undefined, { ref: false })]),
    ]);
    await Promise.all([heartbeat.stop(), sweeper.stop()]);
    // Where the database is gone, the sweeper of another process finds the row.
    await deleteWorker(sql, id).catch(() => {});
    await pool.end();
    logger.info({ worker: id }, 'worker stopped');
  };
  return {
    id,
    running: () => [...running.keys()],
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
