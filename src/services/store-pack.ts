import { lockBlobsForWriting } from '../db/blob-lock.js';
import { insertPack } from '../db/embedding-entries.queries.js';
import type { Modality } from '../db/enums.js';
import type { Tx } from '../db/sql.js';
import type { JobContext } from '../jobs/task.js';
import type { BlobStore } from '../storage/blob-store.js';

export interface NewPack {
  readonly spaceId: string;
  readonly modality: Modality;
  /** of each content, as pack-format.ts says */
  readonly rows: Uint8Array;
  readonly contents: readonly Buffer[];
}

/** Keeps embeddings under their contents. `also` is part of the transaction, and hears how many of them are new. */
export async function storePack(
  deps: { blobs: BlobStore },
  job: Pick<JobContext, 'fenced'>,
  { spaceId, modality, rows, contents }: NewPack,
  also?: (tx: Tx, inserted: number) => Promise<void>,
): Promise<void> {
  const sha256 = await deps.blobs.put(rows);
  await job.fenced(async (tx) => {
    await lockBlobsForWriting(tx);
    if (!(await deps.blobs.has(sha256)))
      throw new Error('a pack was removed before its row was written');
    const entries = contents.map((content) => ({ modality, content }));
    const inserted = await insertPack(tx, { spaceId, sha256, entries });
    await also?.(tx, inserted);
  });
}
