import type { JobStatus } from './enums.js';
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

/** Until the transaction ends, nobody else asks for this encoder. @returns its job that has not ended */
export async function lockEncoder(tx: Tx, encoderId: string): Promise<string | undefined> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('encoder ' || $1::text, 0))`, [
    encoderId,
  ]);
  const [open] = await tx.query<{ id: string }>(
    `select id from jobs where task in ('download-encoder', 'add-encoder')
       and status in ('QUEUED', 'RUNNING', 'PAUSED') and payload->>'encoderId' = $1 limit 1`,
    [encoderId],
  );
  return open?.id;
}
