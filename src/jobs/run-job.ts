import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLoss } from '../db/connection-loss.js';
import type { Database } from '../db/database.js';
import type { EventHub, Subscription } from '../db/event-hub.js';
import { abandonJob, type ClaimedJob, claimJob, requeueJob } from '../db/jobs.queries.js';
import type { Tx } from '../db/sql.js';
import { addTicket, type Ticket } from '../db/tickets.queries.js';
import { Attempt } from './attempt.js';
import { failJob } from './end-job.js';
import type { JobLogger } from './job-logger.js';
import { LostJobError } from './lost-job.js';
import { PermanentError } from './permanent-error.js';
import type { TaskRegistry } from './registry.js';
import {
  CUT_OFF_DELAY_MS,
  isWorthRetrying,
  MAX_CUT_OFF,
  MAX_FAILURES,
  publicError,
  retryDelayMs,
} from './retry-policy.js';
import { WorkerStopping } from './worker-stopping.js';

export interface RunJobDeps {
  db: Database;
  hub: EventHub;
  tasks: TaskRegistry;
  logger: JobLogger;
  workerId: string;
  /** The attempts under way, by job. */
  running: Map<string, Attempt>;
  /** Asks the database which of them are not ours any more, and tells them. */
  lookForLost(): void;
  /** Aborted with a WorkerStopping when the worker stops. */
  stopping: AbortSignal;
  /** After that, a task has this long to stop before its job is handed back regardless. */
  handBackMs: number;
}

/**
 * What a ticket sets off.
 *
 *   QUEUED ──claim──▶ RUNNING ──succeed──▶ SUCCEEDED
 *     ▲                  ├──throws, worth retrying, fewer than 5 times──▶ QUEUED, again after 1, 2, 4, 8 s
 *     │                  ├──throws otherwise──▶ FAILED
 *     │                  ├──the database was lost──▶ QUEUED once it is back, again after 1 s
 *     │                  ├──the worker stops──▶ QUEUED at once
 *     │                  ├──cancelled, by anyone──▶ CANCELLED
 *     └──the sweeper─────┴──the worker is lost (25 in a row: FAILED)
 *
 * Each claim counts `attempt` up, and every write of an attempt asks for RUNNING and its own number. An attempt that
 * was lost throws here: graphile-worker then gives back only what is still its own, where returning would delete the
 * ticket, which another worker may hold by now.
 */
export async function runJob(deps: RunJobDeps, ticket: Ticket): Promise<void> {
  const { db, hub, logger, running, workerId } = deps;
  // Open before the claim: a cancellation comes either before it, or to this subscription.
  const cancellations = hub.subscribe(`cancel:${ticket.jobId}`);
  try {
    const claim = untilWritten(deps, () =>
      claimJob(db, ticket.jobId, workerId, !running.has(ticket.jobId)),
    );
    claim.catch((error) => logger.warn({ job: ticket.jobId, err: error }, 'job not claimed'));
    const job = await claim;
    if (job) await runClaimed(deps, ticket, job, cancellations);
  } finally {
    cancellations.close();
  }
}

async function runClaimed(
  deps: RunJobDeps,
  ticket: Ticket,
  job: ClaimedJob,
  cancellations: Subscription,
): Promise<void> {
  const { db, logger, running } = deps;
  const attempt = new Attempt(db, job.id, job.attempt);
  const log = { job: job.id, task: job.task, attempt: job.attempt };
  running.set(job.id, attempt);
  const stop = () => attempt.stop(deps.stopping.reason as Error);
  deps.stopping.addEventListener('abort', stop, { once: true });
  if (deps.stopping.aborted) stop();
  void onWakeUp(cancellations, deps.lookForLost);
  const started = Date.now();
  logger.info(log, 'job started');
  try {
    const thrown = await outcome(deps, job, attempt);
    if (attempt.hasSucceeded) {
      logger.info({ ...log, ms: Date.now() - started }, 'job succeeded');
      if (thrown) logger.error({ ...log, err: thrown.error }, 'the task threw after succeeding');
      return;
    }
    await attempt.release();
    if (attempt.signal.reason instanceof LostJobError) throw attempt.signal.reason;
    await untilWritten(deps, () => settle(deps, job, attempt, ticket, thrown!.error));
  } catch (error) {
    if (error instanceof LostJobError) {
      logger.info({ ...log, reason: error.message }, 'job lost');
    } else {
      logger.error({ ...log, err: error }, 'the end of an attempt could not be written');
      await abandonJob(db, job.id, job.attempt).catch(() => {});
    }
    throw error;
  } finally {
    deps.stopping.removeEventListener('abort', stop);
    // The next attempt may have begun already.
    if (running.get(job.id) === attempt) running.delete(job.id);
  }
}

/** Runs the task. @returns what it threw, or undefined when it succeeded */
async function outcome(
  deps: RunJobDeps,
  job: ClaimedJob,
  attempt: Attempt,
): Promise<{ error: unknown } | undefined> {
  try {
    const task = deps.tasks.get(job.task);
    if (!task) throw new PermanentError('INTERNAL', `task '${job.task}' has no handler`);
    const payload = task.payload.safeParse(job.payload);
    if (!payload.success) {
      deps.logger.error({ job: job.id, err: payload.error }, 'payload does not fit its task');
      throw new PermanentError('INTERNAL', `the payload does not fit task '${job.task}'`);
    }
    const work = task.run(payload.data, attempt);
    await orOverdue(deps, work);
    if (attempt.hasSucceeded) return undefined;
    if (attempt.signal.aborted) return { error: attempt.signal.reason };
    throw new PermanentError('INTERNAL', `task '${job.task}' returned without succeeding`);
  } catch (error) {
    return { error };
  }
}

/** The work, or an error when the worker stops and the work does not end within the time it then has. */
async function orOverdue(deps: RunJobDeps, work: Promise<void>): Promise<void> {
  const { stopping } = deps;
  let timer: NodeJS.Timeout | undefined;
  let onStop: (() => void) | undefined;
  const overdue = new Promise<never>((_, reject) => {
    onStop = () => {
      timer = setTimeout(() => reject(stopping.reason), deps.handBackMs);
    };
    stopping.addEventListener('abort', onStop, { once: true });
    if (stopping.aborted) onStop();
  });
  try {
    await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', onStop!);
    work.catch(() => {});
  }
}

/** Writes what becomes of a job whose attempt did not succeed. */
async function settle(
  deps: RunJobDeps,
  job: ClaimedJob,
  attempt: Attempt,
  ticket: Ticket,
  error: unknown,
): Promise<void> {
  const { db, logger, tasks } = deps;
  const log = { job: job.id, task: job.task, attempt: job.attempt };
  const write = (end: (tx: Tx) => Promise<void>) =>
    db.transaction(async (tx) => {
      await attempt.lock(tx);
      await attempt.flush(tx);
      await end(tx);
    });
  const again = (next: Ticket, message: string, delayMs: number) =>
    write(async (tx) => {
      await requeueJob(tx, job.id, message);
      await addTicket(tx, job.task, next, delayMs);
    });

  if (attempt.signal.reason instanceof WorkerStopping) {
    logger.info(log, 'job handed back: the worker stops');
    return again(ticket, 'the worker stopped; the job waits for another', 0);
  }
  if (isConnectionLoss(error) && ticket.cutOff + 1 < MAX_CUT_OFF) {
    logger.warn({ ...log, err: error }, 'job lost the database; it starts again');
    const next = { ...ticket, cutOff: ticket.cutOff + 1 };
    return again(next, 'the database was lost; the job starts again', CUT_OFF_DELAY_MS);
  }
  const failures = ticket.failures + 1;
  const shown = publicError(error, job.id);
  if (isWorthRetrying(error) && failures < MAX_FAILURES) {
    const delayMs = retryDelayMs(failures);
    logger.warn({ ...log, err: error, delayMs }, 'attempt failed');
    const message = `attempt ${job.attempt} failed: ${shown.message}; again in ${delayMs / 1000} s`;
    return again({ ...ticket, failures }, message, delayMs);
  }
  logger.error({ ...log, err: error }, 'job failed');
  await failJob({ settlers: tasks, logger }, write, job, shown);
}

/** Repeats a write until the database takes it; gives up when the worker stops (the sweeper then finds the job). */
async function untilWritten<T>(deps: RunJobDeps, write: () => Promise<T>): Promise<T> {
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2000)) {
    try {
      return await write();
    } catch (error) {
      if (!isConnectionLoss(error) || deps.stopping.aborted) throw error;
    }
    await sleep(delayMs, undefined, { signal: deps.stopping }).catch(() => {});
  }
}

/** A cancellation, or a connection made again, during which one may have been missed: the heartbeat looks right away. */
async function onWakeUp(subscription: Subscription, look: () => void): Promise<void> {
  while (await subscription.next()) look();
}
