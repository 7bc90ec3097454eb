import type { Database } from '../db/database.js';
import { lockJob, lockOrphanedJob, orphanedJobs, requeueJob } from '../db/jobs.queries.js';
import type { Tx } from '../db/sql.js';
import {
  addTicket,
  bringTicketsBack,
  deleteVoidTickets,
  jobsWithoutTicket,
  MAX_CRASHES,
  orphanedSlots,
  unlockTickets,
} from '../db/tickets.queries.js';
import { bringBeatsBack, deleteDeadWorkers, deleteWorker, workers } from '../db/workers.queries.js';
import { failJob } from './end-job.js';
import type { JobLogger } from './job-logger.js';
import { processHasEnded, thisProcess } from './process-identity.js';
import type { Settlers } from './registry.js';

export interface SweepDeps {
  db: Database;
  settlers: Settlers;
  logger: JobLogger;
  /** A worker that is silent for longer is dead. */
  deadlineMs?: number;
  /** The sweeping process's own worker: whoever sweeps is alive, even if it was held up for a while. */
  ownWorkerId?: string;
}

export const BEAT_MS = 2000;
export const DEADLINE_MS = 8000;

/**
 * Brings everything that a lost worker held back into the queue. Each step asks what is wrong now and mends it, so that
 * a sweep may end anywhere and the next one goes on; any process may sweep, one at a time:
 *
 *   0. what a clock that was put back left in the future, heartbeats and tickets, is brought back to now
 *   1. rows of workers that are silent, or whose process on this host has ended, go
 *   2. RUNNING jobs whose worker has no row are QUEUED again
 *   3. tickets held by slots of workers without a row are unlocked
 *   4. QUEUED jobs whose ticket took down too many workers end FAILED; those without a ticket that works get one
 *   5. void tickets that nobody holds are deleted
 */
export async function sweep(deps: SweepDeps): Promise<void> {
  const { db, logger, settlers, deadlineMs = DEADLINE_MS } = deps;
  const tasks = [...settlers.keys()];
  // Held by a transaction of its own, so that it ends with this process or its connection, and not long after this
  // process is stopped in the middle.
  await db.transaction(async (lock) => {
    const [row] = await lock.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended('clipwright sweeper', 0)) as mine,
         set_config('idle_in_transaction_session_timeout', '2s', true)`,
    );
    if (!row!.mine) return;
    await bringBeatsBack(db, deadlineMs);
    await bringTicketsBack(db, tasks);
    for (const id of await buryDead(deps)) logger.warn({ worker: id }, 'worker lost');
    await each(await orphanedJobs(db, tasks), (id) => requeueOrphan(deps, id));
    const slots = await orphanedSlots(db);
    if (slots.length > 0) await unlockTickets(db, slots);
    await each(await jobsWithoutTicket(db, tasks, deadlineMs), ({ id, spent }) =>
      spent ? failSpent(deps, id) : renewTicket(deps, id),
    );
    await deleteVoidTickets(db, tasks);
  });

  // What is wrong with one job does not keep the others waiting.
  async function each<T>(found: readonly T[], mend: (one: T) => Promise<void>): Promise<void> {
    for (const one of found) {
      await mend(one).catch((error) => logger.error({ one, err: error }, 'a job was not mended'));
    }
  }
}

/** For whoever saw a worker's process end: what it held is free at once. */
export async function releaseWorker(deps: SweepDeps, workerId: string): Promise<void> {
  await deleteWorker(deps.db, workerId);
  await sweep(deps);
}

async function buryDead(deps: SweepDeps): Promise<string[]> {
  const { db, deadlineMs = DEADLINE_MS, ownWorkerId } = deps;
  const { host } = thisProcess();
  const all = (await workers(db, deadlineMs)).filter(({ id }) => id !== ownWorkerId);
  const gone = all
    .filter((worker) => worker.host === host && processHasEnded(worker))
    .map(({ id }) => id);
  const silent = all.filter((worker) => worker.silent).map(({ id }) => id);
  if (gone.length === 0 && silent.length === 0) return [];
  return await db.transaction((tx) => deleteDeadWorkers(tx, { gone, silent, deadlineMs }));
}

async function requeueOrphan({ db, logger }: SweepDeps, jobId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await lockOrphanedJob(tx, jobId);
    if (!job) return;
    await requeueJob(tx, jobId, `attempt ${job.attempt} was lost with its worker`);
    logger.warn(
      { job: jobId, task: job.task, attempt: job.attempt },
      'job handed back: its worker is lost',
    );
  });
}

async function failSpent(deps: SweepDeps, jobId: string): Promise<void> {
  const { db, logger } = deps;
  const message = `${MAX_CRASHES} workers in a row were lost while they worked on this job`;
  const job = await db.transaction((tx) => lockJob(tx, jobId));
  if (job?.status !== 'QUEUED') return;
  const write = (end: (tx: Tx) => Promise<void>) =>
    db.transaction(async (tx) => {
      if ((await lockJob(tx, jobId))?.status === 'QUEUED') await end(tx);
    });
  await failJob(deps, write, job, { code: 'INTERNAL', message });
  logger.error({ job: jobId, task: job.task }, message);
}

async function renewTicket({ db, logger }: SweepDeps, jobId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job?.status !== 'QUEUED') return;
    await addTicket(tx, job.task, { jobId, failures: 0, cutOff: 0 });
    logger.warn({ job: jobId, task: job.task }, 'job had no ticket that works; it has one now');
  });
}

export interface Sweeper {
  /** Sweeps now; resolves when done. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

/** Sweeps at once and then every so often. A sweep that fails is repeated by the next. */
export function startSweeper(deps: SweepDeps & { everyMs?: number }): Sweeper {
  const { everyMs = BEAT_MS, logger } = deps;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let sweeping: Promise<void> | undefined;
  const once = (): Promise<void> => {
    clearTimeout(timer);
    sweeping ??= sweep(deps)
      .catch((error) => logger.warn({ err: error }, 'sweep failed'))
      .finally(() => {
        sweeping = undefined;
        if (!stopped) timer = setTimeout(once, everyMs);
      });
    return sweeping;
  };
  void once();
  return {
    sweep: once,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}
