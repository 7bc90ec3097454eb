import {
  type ClaimedShard,
  endShard,
  holdsShard,
  setShardDone,
} from '../db/embedding-shards.queries.js';
import { addComputed, type SetToEmbed } from '../db/embeddings.queries.js';
import type { JobContext } from '../jobs/task.js';
import { type EmbedContentsDeps, embedContents } from './embed-contents.js';
import type { UsableEncoder } from './encoder-source.js';
import { listMissing } from './missing-contents.js';

const WATCH_MS = 500;

/** The set's job has ended, or somebody else has the shard: what is still written changes nothing. */
export class ShardLost extends Error {
  constructor(readonly shard: ClaimedShard) {
    super(`shard ${shard.number} of embedding set ${shard.setId} is no longer ours`);
    this.name = 'ShardLost';
  }
}

/**
 * Computes what a shard still lacks. Every write names the shard's attempt.
 * @param onProgress hears that some of it is done
 * @throws ShardLost
 */
export async function embedShard(
  deps: EmbedContentsDeps,
  writer: Pick<JobContext, 'fenced' | 'signal'>,
  of: { set: SetToEmbed; encoder: UsableEncoder; shard: ClaimedShard },
  onProgress: () => Promise<void>,
): Promise<void> {
  const { set, encoder, shard } = of;
  const written = (isOurs: boolean) => {
    if (!isOurs) throw new ShardLost(shard);
  };
  const list = await listMissing(deps.db, set, shard.modality, shard);
  written(await setShardDone(deps.db, shard, { done: shard.total - list.length }));
  await embedContents(deps, writer, {
    set,
    encoder,
    list,
    // The set's row before the shard's, as whoever ends the set's job takes them.
    record: async (tx, done, inserted) => {
      await addComputed(tx, set.id, inserted);
      written(await setShardDone(tx, shard, { more: done }));
    },
    onDone: onProgress,
  });
  written(await writer.fenced((tx) => endShard(tx, shard)));
  await onProgress();
}

/** Aborts `lost` once the shard is not ours any more. @returns what ends the watch */
export function watchShard(
  deps: Pick<EmbedContentsDeps, 'db'>,
  shard: ClaimedShard,
  lost: AbortController,
): () => void {
  const timer = setInterval(async () => {
    // A database that cannot be asked is met by the next write.
    const isOurs = await holdsShard(deps.db, shard).catch(() => true);
    if (!isOurs) lost.abort(new ShardLost(shard));
  }, WATCH_MS);
  return () => clearInterval(timer);
}
