import { setMaxListeners } from 'node:events';
import { isConnectionLoss } from '../db/connection-loss.js';
import { claimShardToHelp, putShardBack } from '../db/embedding-shards.queries.js';
import { setToEmbed } from '../db/embeddings.queries.js';
import { embedShard, ShardLost, watchShard } from './embed-shard.js';
import { encoderOfSet } from './encoder-of-set.js';
import type { RunEmbeddingDeps } from './run-embedding.js';

/**
 * Takes one shard of a set whose job another worker runs, and computes it.
 *
 *   QUEUED ──claim──▶ RUNNING ──all kept──▶ SUCCEEDED
 *     ▲                  ├──the worker stops, or loses the database──▶ QUEUED
 *     │                  ├──throws──▶ QUEUED, for the set's job alone
 *     │                  ├──the set's job ends──▶ gone
 *     └── claimed anew ──┴──the worker is lost: its row is gone
 *
 * @param signal aborted when the worker stops
 * @returns false where there was none
 * @throws what went wrong with the shard
 */
export async function helpEmbedding(
  deps: RunEmbeddingDeps,
  workerId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const shard = await claimShardToHelp(deps.db, workerId);
  if (!shard) return false;
  const lost = new AbortController();
  const either = AbortSignal.any([signal, lost.signal]);
  setMaxListeners(0, either); // each image under way listens
  const unwatch = watchShard(deps, shard, lost);
  try {
    const set = await setToEmbed(deps.db, shard.setId);
    if (!set) throw new ShardLost(shard);
    const encoder = await encoderOfSet(deps.encoders, set);
    const writer = {
      signal: either,
      fenced: deps.db.transaction.bind(deps.db) as typeof deps.db.transaction,
    };
    await embedShard(deps, writer, { set, encoder, shard }, async () => {});
    return true;
  } catch (error) {
    if (lost.signal.aborted || error instanceof ShardLost) return true;
    const isOfShard = !signal.aborted && !isConnectionLoss(error);
    await putShardBack(deps.db, shard, isOfShard);
    if (signal.aborted) return false;
    throw error;
  } finally {
    unwatch();
  }
}
