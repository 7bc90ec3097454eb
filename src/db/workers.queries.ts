import type { Sql, Tx } from './sql.js';

export interface WorkerRow {
  id: string;
  host: string;
  pid: number;
  startTime: string;
  /** Its last heartbeat is older than the deadline. */
  silent: boolean;
}

export async function insertWorker(
  sql: Sql,
  worker: { id: string; host: string; pid: number; startTime: string },
): Promise<void> {
  await sql.query(
    `insert into workers (id, host, pid, start_time) values ($1, $2, $3, $4)
     on conflict (id) do update set beat_at = clock_timestamp()`,
    [worker.id, worker.host, worker.pid, worker.startTime],
  );
}

/** @returns false when the worker was declared dead */
export async function beatWorker(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    'update workers set beat_at = clock_timestamp() where id = $1 returning id',
    [id],
  );
  return rows.length === 1;
}

export async function deleteWorker(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from workers where id = $1', [id]);
}

/**
 * After the clock of the database was put back, heartbeats lie in the future: those who are alive beat again within the
 * deadline, and the others are silent once it has passed by the new clock.
 */
export async function bringBeatsBack(sql: Sql, deadlineMs: number): Promise<void> {
  await sql.query(
    `update workers set beat_at = clock_timestamp()
     where beat_at > clock_timestamp() + $1::float8 * interval '1 ms'`,
    [deadlineMs],
  );
}

/** A database that has just come up finds everyone silent: they get the whole deadline from then on. */
export function workers(sql: Sql, deadlineMs: number): Promise<WorkerRow[]> {
  return sql.query<WorkerRow>(
    `select id, host, pid, start_time as "startTime",
       greatest(beat_at, case when pg_postmaster_start_time() < clock_timestamp() then pg_postmaster_start_time() end)
         < clock_timestamp() - $1::float8 * interval '1 ms' as silent
     from workers`,
    [deadlineMs],
  );
}

/** @returns those that were deleted: not the silent ones that have spoken since, and not those who are claiming a job */
export async function deleteDeadWorkers(
  tx: Tx,
  dead: { gone: readonly string[]; silent: readonly string[]; deadlineMs: number },
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `delete from workers where id in (
       select id from workers
       where id = any($1) or (id = any($2) and beat_at < clock_timestamp() - $3::float8 * interval '1 ms')
       for update skip locked)
     returning id`,
    [dead.gone, dead.silent, dead.deadlineMs],
  );
  return rows.map(({ id }) => id);
}
