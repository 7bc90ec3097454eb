import type { Database } from '../db/database.js';
import { hasEnded, notifyCancelled } from '../db/events.js';
import { lockJob } from '../db/jobs.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { endJob } from '../jobs/end-job.js';
import type { Settlers } from '../jobs/registry.js';
import { parseId } from './parse-id.js';

/**
 * Cancels a job that has not ended; one that has stays as it is.
 *
 * The job is CANCELLED when this returns: what its worker still writes changes nothing. The worker hears of it by the
 * notification, or at its next heartbeat, and stops.
 */
export async function cancelJob(
  deps: { db: Database; settlers: Settlers },
  id: string,
): Promise<string> {
  const jobId = parseId(id, 'job');
  await deps.db.transaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (!job) throw new ClipwrightError('NOT_FOUND', `There is no job ${id}.`);
    if (hasEnded(job.status)) return;
    await endJob(tx, deps.settlers, job, { status: 'CANCELLED' });
    await notifyCancelled(tx, jobId);
  });
  return jobId;
}
