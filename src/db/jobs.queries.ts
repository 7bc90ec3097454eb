import type { JobStatus } from './enums.js';
import { appendJobEvent, EVENTS_CHANNEL, jobTopic, storableText } from './events.js';
import type { Sql, Tx } from './sql.js';

/** A transaction that holds a job's row and then says nothing for this long is ended by the database: its process is
 *  stopped or cut off, and would keep the job from everyone else. A task may compute in between; we do not. */
const TASK_SILENCE = '15s';
const OUR_SILENCE = '3s';

/** Writes the job with its first event. */
export async function insertJob(
  tx: Tx,
  job: { task: string; payload: unknown; datasetId?: string | undefined },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `with job as (
       insert into jobs (task, payload, dataset_id, event_seq) values ($1, $2::jsonb, $3, 1)
       returning id, event_seq, status, progress
     ), event as (
       insert into job_events (job_id, seq, status, progress)
       select id, event_seq, status, progress from job
     )
     select id, pg_notify('${EVENTS_CHANNEL}', '${jobTopic('')}' || id) from job`,
    [job.task, JSON.stringify(job.payload ?? {}), job.datasetId],
  );
  return row!.id;
}

export interface ClaimedJob {
  id: string;
  task: string;
  payload: unknown;
  attempt: number;
}

/**
 * Makes the worker the job's owner, under the next attempt.
 *
 * @param isIdle no attempt at the job is under way in this worker; if the job is RUNNING here nevertheless, then by a
 *   claim whose answer was lost with the connection
 * @returns undefined when there is nothing to do: the job is gone, has ended, or another living worker has it
 * @throws when the worker's row is gone: others believe it dead, so it may own nothing
 */
export async function claimJob(
  sql: Sql,
  jobId: string,
  workerId: string,
  isIdle: boolean,
): Promise<ClaimedJob | undefined> {
  // The share lock keeps a sweeper from declaring the worker dead until the claim is committed. One statement, as the
  // start of every job waits for it.
  const [row] = await sql.query<ClaimedJob & { registered: boolean }>(
    `with worker as (
       select id from workers where id = $2 for key share
     ), job as (
       update jobs set status = 'RUNNING', attempt = attempt + 1, worker_id = $2, eta_seconds = null,
         started_at = coalesce(started_at, clock_timestamp()), event_seq = event_seq + 1
       where id = $1::uuid and exists (select from worker) and (status = 'QUEUED'
         or (status = 'RUNNING' and ((worker_id = $2 and $3::boolean)
           or not exists (select from workers where workers.id = jobs.worker_id))))
       returning id, task, payload, attempt, event_seq, progress
     ), event as (
       insert into job_events (job_id, seq, status, progress, message, at)
       select id, event_seq, 'RUNNING', progress,
         case when attempt > 1 then 'attempt ' || attempt end, clock_timestamp() from job
     )
     select exists (select from worker) as registered, id, task, payload, attempt,
       case when id is not null then pg_notify('${EVENTS_CHANNEL}', '${jobTopic('')}' || id) end
     from (select) as nothing left join job on true`,
    [jobId, workerId, isIdle],
  );
  if (!row!.registered) throw new Error(`worker ${workerId} is not registered`);
  return row!.id === null ? undefined : row;
}

/** Locks the job's row if it is RUNNING under this attempt, until the transaction ends. */
export async function lockOwnJob(tx: Tx, jobId: string, attempt: number): Promise<boolean> {
  const rows = await tx.query(
    `select set_config('idle_in_transaction_session_timeout', '${TASK_SILENCE}', true)
     from jobs where id = $1::uuid and attempt = $2 and status = 'RUNNING' for update`,
    [jobId, attempt],
  );
  return rows.length === 1;
}

export interface LockedJob {
  id: string;
  task: string;
  payload: unknown;
  status: JobStatus;
  attempt: number;
}

/** Locks the job's row whatever its state. */
export async function lockJob(tx: Tx, jobId: string): Promise<LockedJob | undefined> {
  const [job] = await tx.query<LockedJob>(
    `select id, task, payload, status, attempt,
       set_config('idle_in_transaction_session_timeout', '${OUR_SILENCE}', true)
     from jobs where id = $1::uuid for update`,
    [jobId],
  );
  return job;
}

/** Back into the queue; the row is the caller's. */
export async function requeueJob(tx: Tx, jobId: string, message: string): Promise<void> {
  await tx.query('update jobs set worker_id = null where id = $1::uuid', [jobId]);
  await appendJobEvent(tx, jobId, { status: 'QUEUED', message });
}

/** Leaves a RUNNING job to the sweeper, as if its worker were lost. */
export async function abandonJob(sql: Sql, jobId: string, attempt: number): Promise<void> {
  await sql.query(
    `update jobs set worker_id = null where id = $1::uuid and attempt = $2 and status = 'RUNNING'`,
    [jobId, attempt],
  );
}

export async function setJobError(
  tx: Tx,
  jobId: string,
  error: { code: string; message: string },
): Promise<void> {
  await tx.query('update jobs set error_code = $2, error_message = $3 where id = $1::uuid', [
    jobId,
    error.code,
    storableText(error.message),
  ]);
}

/** Which of these attempts own their job no more. */
export async function lostAttempts(
  sql: Sql,
  running: ReadonlyArray<{ jobId: string; attempt: number }>,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select mine.id from unnest($1::uuid[], $2::int[]) as mine(id, attempt)
     where not exists (select from jobs
       where jobs.id = mine.id and jobs.attempt = mine.attempt and status = 'RUNNING')`,
    [running.map(({ jobId }) => jobId), running.map(({ attempt }) => attempt)],
  );
  return rows.map(({ id }) => id);
}

/** RUNNING jobs whose worker is gone. */
export async function orphanedJobs(sql: Sql, tasks: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from jobs where task = any($1) and status = 'RUNNING'
       and not exists (select from workers where workers.id = jobs.worker_id)`,
    [tasks],
  );
  return rows.map(({ id }) => id);
}

/** Locks an orphaned job's row, if it still is one and nobody else is at it. */
export async function lockOrphanedJob(tx: Tx, jobId: string): Promise<LockedJob | undefined> {
  const [job] = await tx.query<LockedJob>(
    `select id, task, payload, status, attempt,
       set_config('idle_in_transaction_session_timeout', '${OUR_SILENCE}', true)
     from jobs where id = $1::uuid and status = 'RUNNING'
       and not exists (select from workers where workers.id = jobs.worker_id)
     for update skip locked`,
    [jobId],
  );
  return job;
}
