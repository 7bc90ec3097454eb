import type { JobStatus, Precision } from './enums.js';
import type { Sql, Tx } from './sql.js';

/** Jobs that make an encoder's folder name the encoder in their payload. */
export interface EncoderJob {
  encoderId: string;
  id: string;
  status: JobStatus;
  errorMessage: string | null;
}

/** The latest download of each encoder that was ever asked for, at most 1,000. */
export function latestDownloads(sql: Sql): Promise<EncoderJob[]> {
  return sql.query<EncoderJob>(
    `select distinct on (payload->>'encoderId') payload->>'encoderId' as "encoderId", id,
       status::text as status, error_message as "errorMessage"
     from jobs where task = 'download-encoder'
     order by payload->>'encoderId', created_at desc, id limit 1000`,
  );
}

/** A job that has not ended. */
export interface OpenEncoderJob {
  id: string;
  /** null of a download */
  directory: string | null;
  /** of a download */
  precision: Precision;
}

const LOCK_OF_ENCODER = `hashtextextended('encoder ' || $1::text, 0)`;

/** Until the transaction ends, nobody else asks for this encoder, or begins something with it. @returns its job that has not ended */
export async function lockEncoder(tx: Tx, encoderId: string): Promise<OpenEncoderJob | undefined> {
  await tx.query(`select pg_advisory_xact_lock(${LOCK_OF_ENCODER})`, [encoderId]);
  const [open] = await tx.query<OpenEncoderJob>(
    `select id, payload->>'directory' as directory,
       coalesce(payload->>'precision', 'FP32') as precision
     from jobs where task in ('download-encoder', 'add-encoder')
       and status in ('QUEUED', 'RUNNING', 'PAUSED') and payload->>'encoderId' = $1 limit 1`,
    [encoderId],
  );
  return open;
}

/** Until the transaction ends, nobody has `lockEncoder`; others may have this at the same time. */
export async function shareEncoder(tx: Tx, encoderId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${LOCK_OF_ENCODER})`, [encoderId]);
}

/** Ids of the jobs that copy a folder, or will. */
export async function openAdditions(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from jobs where task = 'add-encoder' and status in ('QUEUED', 'RUNNING', 'PAUSED')`,
  );
  return rows.map(({ id }) => id);
}

/** What is wrong with the files that an addition leaves out. */
export async function setLeftOut(tx: Tx, jobId: string, leftOut: readonly string[]): Promise<void> {
  await tx.query(
    `update jobs set payload = payload || jsonb_build_object('leftOut', $2::jsonb) where id = $1::uuid`,
    [jobId, JSON.stringify(leftOut)],
  );
}

/** What a job is about to put in its encoder's place, for a later attempt to know it by. */
export async function setAddedRevision(tx: Tx, jobId: string, revision: string): Promise<void> {
  await tx.query(
    `update jobs set payload = payload || jsonb_build_object('revision', $2::text)
     where id = $1::uuid`,
    [jobId, revision],
  );
}
