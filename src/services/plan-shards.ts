import type { NewShard } from '../db/embedding-shards.queries.js';
import type { ContentList } from './missing-contents.js';

/** Contents of a shard: seconds with a small encoder, a minute with ViT-B/32 on two cores. */
const LEAST = 1024;
/** Of one modality: each looks through the whole version for what is its own. */
const MOST_SHARDS = 64;

/** Whether so much is to be done that others should have their part. */
export function isWorthSharding(lists: readonly Pick<ContentList, 'length'>[]): boolean {
  return lists.reduce((sum, list) => sum + list.length, 0) >= 2 * LEAST;
}

/** Cuts what is missing into shards of nearly equal size. A content belongs to the shard of its first sample. */
export function planShards(lists: readonly ContentList[]): NewShard[] {
  return lists.flatMap((list) => {
    const count = Math.min(MOST_SHARDS, Math.ceil(list.length / LEAST));
    const cut = (shard: number) => Math.round((shard * list.length) / count);
    return Array.from({ length: count }, (_, shard) => ({
      modality: list.modality,
      from: list.position(cut(shard)),
      to: list.position(cut(shard + 1) - 1) + 1,
      total: cut(shard + 1) - cut(shard),
    }));
  });
}
