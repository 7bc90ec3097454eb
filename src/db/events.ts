import type { JobStatus } from './enums.js';
import type { Sql, Tx } from './sql.js';

/**
 * Events are rows with a gapless number per job, run or experiment.
 *
 * The number is taken from the parent row's counter, so its lock is held until the transaction ends: event n + 1 waits
 * for event n to commit, and a reader who sees n + 1 sees n. Numbers of a transaction that rolls back are given again.
 * With the commit goes a notification that carries the topic and no data; readers ask for what is after their own last
 * number, so losing one costs nothing.
 */
export const EVENTS_CHANNEL = 'clipwright_events';
export const CANCEL_CHANNEL = 'clipwright_cancel';

export const jobTopic = (jobId: string) => `job:${jobId}`;
export const runTopic = (runId: string) => `run:${runId}`;
/** The kind of topic that is woken by every event of an experiment. */
export const EXPERIMENT_TOPIC = 'experiment';
export const experimentTopic = (experimentId: string) => `${EXPERIMENT_TOPIC}:${experimentId}`;
/** The kind of topic that is woken when a run was created or changed state. */
export const RUN_STATE = 'run-state';
export const runStateTopic = (runId: string) => `${RUN_STATE}:${runId}`;

const ENDED: readonly JobStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** Whether a job or run in this state stays in it: its event with this status is its last. */
export function hasEnded(status: JobStatus): boolean {
  return ENDED.includes(status);
}

export interface JobEventRow {
  seq: number;
  status: JobStatus;
  progress: number;
  etaSeconds: number | null;
  message: string | null;
  at: Date;
}

export interface RunEventRow {
  seq: number;
  status: JobStatus;
  progress: number;
  epoch: number | null;
  message: string | null;
  at: Date;
}

/** PostgreSQL's text holds every character but one, and a message may quote what a user sent. */
export function storableText(text: string | undefined): string | undefined {
  return text?.replaceAll('\0', '\uFFFD');
}

/** What an event changes in its job. What is left out stays, but the time left, which holds for one event. */
export interface JobChange {
  status?: JobStatus;
  progress?: number;
  etaSeconds?: number;
  message?: string;
}

/**
 * Changes the job's state and writes the event that says so.
 *
 * @param fence only while the job is RUNNING under this attempt
 * @returns the event's number, or null when there is no such job or the fence has fallen
 */
export async function appendJobEvent(
  sql: Sql,
  jobId: string,
  change: JobChange,
  fence?: { attempt: number },
): Promise<number | null> {
  const rows = await sql.query<{ seq: number }>(
    `with job as (
       update jobs set
         event_seq = event_seq + 1,
         status = coalesce($2::"JobStatus", status),
         progress = coalesce($3::float8, progress),
         eta_seconds = $4::float8,
         finished_at = case when $2::"JobStatus" in ('SUCCEEDED', 'FAILED', 'CANCELLED') then clock_timestamp()
                            else finished_at end
       where id = $1::uuid and ($6::int is null or (status = 'RUNNING' and attempt = $6::int))
       returning id, event_seq, status, progress, eta_seconds
     ), event as (
       insert into job_events (job_id, seq, status, progress, eta_seconds, message, at)
       select id, event_seq, status, progress, eta_seconds, $5::text, clock_timestamp() from job
       returning seq
     )
     select seq, pg_notify('${EVENTS_CHANNEL}', '${jobTopic('')}' || $1::text) from event`,
    [
      jobId,
      change.status,
      change.progress,
      change.etaSeconds,
      storableText(change.message),
      fence?.attempt,
    ],
  );
  return rows[0]?.seq ?? null;
}

/** What an event changes in its run. Give `status` only with a change of state: it wakes `runsChanged`. */
export interface RunChange {
  status?: JobStatus;
  progress?: number;
  /** The row of run_epochs that the event announces; also becomes the run's `epoch`. */
  epoch?: number;
  message?: string;
}

/**
 * Changes the run's state and writes the event that says so. Times, errors and results are the caller's to write.
 *
 * @returns the event's number, or null when there is no such run
 */
export async function appendRunEvent(
  tx: Tx,
  runId: string,
  change: RunChange,
): Promise<number | null> {
  const rows = await tx.query<{ seq: number }>(
    `with run as (
       update runs set
         event_seq = event_seq + 1,
         status = coalesce($2::"JobStatus", status),
         progress = coalesce($3::float8, progress),
         epoch = coalesce($4::int, epoch)
       where id = $1::uuid
       returning id, event_seq, status, progress
     ), event as (
       insert into run_events (run_id, seq, status, progress, epoch, message, at)
       select id, event_seq, status, progress, $4::int, $5::text, clock_timestamp() from run
       returning seq
     )
     select seq, pg_notify('${EVENTS_CHANNEL}', '${runTopic('')}' || $1::text),
            case when $2::"JobStatus" is not null or seq = 1
                 then pg_notify('${EVENTS_CHANNEL}', '${runStateTopic('')}' || $1::text) end
     from event`,
    [runId, change.status, change.progress, change.epoch, storableText(change.message)],
  );
  return rows[0]?.seq ?? null;
}

/** Tells the job's worker, once the transaction commits. */
export async function notifyCancelled(tx: Tx, jobId: string): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [CANCEL_CHANNEL, jobId]);
}

/** The job's events with a number above `after`, in order. */
export function jobEventsAfter(
  sql: Sql,
  jobId: string,
  after: number,
  limit = 500,
): Promise<JobEventRow[]> {
  return sql.query<JobEventRow>(
    `select seq, status, progress, eta_seconds as "etaSeconds", message, at
     from job_events where job_id = $1::uuid and seq > $2::int order by seq limit $3::int`,
    [jobId, after, limit],
  );
}

/** The run's events with a number above `after`, in order. */
export function runEventsAfter(
  sql: Sql,
  runId: string,
  after: number,
  limit = 500,
): Promise<RunEventRow[]> {
  return sql.query<RunEventRow>(
    `select seq, status, progress, epoch, message, at
     from run_events where run_id = $1::uuid and seq > $2::int order by seq limit $3::int`,
    [runId, after, limit],
  );
}
