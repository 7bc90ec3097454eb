import type { Sql, Tx } from './sql.js';

/**
 * A ticket is graphile-worker's job: it says 'look at this job of ours' and is keyed by its id. Our row is the truth: a
 * ticket for a job with nothing to do is dropped, and a waiting job without a ticket gets one from the sweeper.
 *
 * Whoever hands a job back in an orderly way issues a new ticket; the one that they hold is then void (no key, never
 * given out again) and goes when its handler returns. A lost worker's ticket is unlocked and stays the same, so
 * graphile-worker's count of attempts is the count of workers that it took down.
 */
export interface Ticket {
  jobId: string;
  /** Attempts that threw. */
  failures: number;
  /** Attempts that lost the database. */
  cutOff: number;
}

/** A job that takes down as many workers in a row ends FAILED. */
export const MAX_CRASHES = 25;

/** How far behind itself a clock may be found without having been put back. */
const CLOCK_ERROR = '10s';

/** Workers' names for graphile-worker are `<worker id>/<slot>`, and worker ids begin like this. */
export const WORKER_ID_PREFIX = 'clipwright-';

export async function addTicket(tx: Tx, task: string, ticket: Ticket, delayMs = 0): Promise<void> {
  await tx.query(
    `select 1 from graphile_worker.add_job($1::text, payload => $2::json, job_key => $3::text,
       max_attempts => ${MAX_CRASHES}, run_at => clock_timestamp() + $4::float8 * interval '1 ms')`,
    [task, JSON.stringify(ticket), ticket.jobId, delayMs],
  );
}

/** Deletes the job's ticket; one that a worker holds becomes void. */
export async function removeTicket(tx: Tx, jobId: string): Promise<void> {
  await tx.query('select 1 from graphile_worker.remove_job($1)', [jobId]);
}

export async function unlockTickets(sql: Sql, slots: readonly string[]): Promise<void> {
  await sql.query('select 1 from graphile_worker.force_unlock_workers($1)', [slots]);
  // Nothing else tells idle workers that there is something for them; they would find it at their next poll.
  await sql.query(
    `select pg_notify('jobs:insert', json_build_object('r', random(), 'count', $1::int)::text)`,
    [slots.length],
  );
}

/**
 * Tickets of which the time has come, by the clock as it was before the database's was put back. Any other is written in the
 * past, whenever it is due.
 */
export async function bringTicketsBack(sql: Sql, tasks: readonly string[]): Promise<void> {
  await sql.query(
    `select 1 from graphile_worker.reschedule_jobs(array(
       select id from graphile_worker.jobs where updated_at > clock_timestamp() + interval '${CLOCK_ERROR}'
         and key is not null and locked_at is null and task_identifier = any($1)), run_at => clock_timestamp())`,
    [tasks],
  );
}

/** Names of slots that hold tickets though their worker is gone. */
export async function orphanedSlots(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ slot: string }>(
    `select distinct locked_by as slot from graphile_worker.jobs
     where starts_with(locked_by, '${WORKER_ID_PREFIX}')
       and not exists (select from workers where id = split_part(locked_by, '/', 1))`,
  );
  return rows.map(({ slot }) => slot);
}

/**
 * Waiting jobs that no ticket will bring to a worker: `spent` where it took down too many; else there is none, or it was
 * given out and the answer was lost with the connection (whoever gets a ticket claims its job at once).
 */
export function jobsWithoutTicket(
  sql: Sql,
  tasks: readonly string[],
  deadlineMs: number,
): Promise<Array<{ id: string; spent: boolean }>> {
  return sql.query(
    `select jobs.id, ticket.id is not null and ticket.locked_at is null as spent
     from jobs left join graphile_worker.jobs as ticket on ticket.key = jobs.id::text
     where jobs.task = any($1) and jobs.status = 'QUEUED'
       and (ticket.id is null
         or (ticket.attempts >= ticket.max_attempts and ticket.locked_at is null)
         or ticket.locked_at < clock_timestamp() - $2::float8 * interval '1 ms')`,
    [tasks, deadlineMs],
  );
}

/** Deletes void tickets that nobody holds. */
export async function deleteVoidTickets(sql: Sql, tasks: readonly string[]): Promise<void> {
  await sql.query(
    `select 1 from graphile_worker.complete_jobs(array(
       select id from graphile_worker.jobs
       where key is null and locked_at is null and attempts >= max_attempts and task_identifier = any($1)))`,
    [tasks],
  );
}
