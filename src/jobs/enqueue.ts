import { insertJob } from '../db/jobs.queries.js';
import type { Tx } from '../db/sql.js';
import { addTicket } from '../db/tickets.queries.js';

/** A request for background work; `payload` has the form that the task's `payload` schema asks for. */
export interface NewJob {
  task: string;
  payload: unknown;
  /** An import's. */
  datasetId?: string;
}

/** Writes a QUEUED job, its first event and its ticket: a worker starts on it once the transaction commits. */
export async function enqueueJob(tx: Tx, job: NewJob): Promise<string> {
  const jobId = await insertJob(tx, job);
  await addTicket(tx, job.task, { jobId, failures: 0, cutOff: 0 });
  return jobId;
}
