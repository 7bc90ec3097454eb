import { deleteShards } from '../db/embedding-shards.queries.js';
import { lockSetById } from '../db/embeddings.queries.js';
import type { Tx } from '../db/sql.js';
import { failExperimentsOfSet } from './advance-experiments.js';
import { failWaiting } from './enqueue-waiting.js';

/** The runs and experiments that waited for the set fail with its job; whoever helps it stops. */
export async function settleEmbedding(
  tx: Tx,
  setId: string,
  end: { status: 'FAILED' | 'CANCELLED'; error?: { code: string; message: string } },
): Promise<void> {
  // Runs that begin to wait for the set hold its lock: those are seen here, later ones see this job's end.
  if (!(await lockSetById(tx, setId))) return;
  await deleteShards(tx, setId);
  const cancelled = {
    code: 'CANCELLED',
    message: 'The embedding that the run waited for was cancelled: start the run again.',
  };
  await failWaiting(tx, setId, end.error ?? cancelled);
  const stopped = {
    code: 'CANCELLED',
    message: 'The embedding that the experiment waited for was cancelled: resume the experiment.',
  };
  await failExperimentsOfSet(tx, setId, end.error ?? stopped);
}
