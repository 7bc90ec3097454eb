import { isConnectionLoss } from '../db/connection-loss.js';
import { appendJobEvent } from '../db/events.js';
import { setJobError } from '../db/jobs.queries.js';
import type { Tx } from '../db/sql.js';
import { removeTicket } from '../db/tickets.queries.js';
import type { JobLogger } from './job-logger.js';
import { LostJobError } from './lost-job.js';
import type { Settlers } from './registry.js';

export interface EndingJob {
  id: string;
  task: string;
  payload: unknown;
}

export type JobEnd =
  | { status: 'CANCELLED' }
  | { status: 'FAILED'; error: { code: string; message: string } };

/**
 * Ends a job without success, with all that its task ties to it, in the transaction that holds the job's row.
 *
 * A payload that its task cannot read has nothing tied to it.
 */
export async function endJob(
  tx: Tx,
  settlers: Settlers,
  job: EndingJob,
  end: JobEnd,
): Promise<void> {
  const settler = settlers.get(job.task);
  const payload = settler?.payload.safeParse(job.payload);
  if (settler?.settle && payload?.success) {
    await settler.settle(tx, payload.data, { jobId: job.id, ...end });
  }
  if (end.status === 'FAILED') await setJobError(tx, job.id, end.error);
  const message = end.status === 'FAILED' ? end.error.message : undefined;
  await appendJobEvent(tx, job.id, { status: end.status, message });
  await removeTicket(tx, job.id);
}

/**
 * Fails a job. One whose task cannot be settled would be tried for ever: it ends all the same, without what its task
 * ties to it, and the log says so.
 *
 * @param write opens the transaction and locks the job's row
 */
export async function failJob(
  deps: { settlers: Settlers; logger: JobLogger },
  write: (end: (tx: Tx) => Promise<void>) => Promise<void>,
  job: EndingJob,
  error: { code: string; message: string },
): Promise<void> {
  const end: JobEnd = { status: 'FAILED', error };
  try {
    await write((tx) => endJob(tx, deps.settlers, job, end));
  } catch (settling) {
    if (settling instanceof LostJobError || isConnectionLoss(settling)) throw settling;
    deps.logger.error(
      { job: job.id, task: job.task, err: settling },
      'settling a failed job threw',
    );
    await write((tx) => endJob(tx, new Map(), job, end));
  }
}
