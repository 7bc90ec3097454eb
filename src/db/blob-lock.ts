import type { Tx } from './sql.js';

/** Any constant will do, as long as no other advisory lock of ours uses it. */
const BLOB_LOCK = 0x626c6f62; // 'blob'

/**
 * Called first in a transaction that stores files and writes the rows that name them: until it ends, nothing is removed
 * from the blob store for want of a row. Many may hold it at once.
 */
export async function lockBlobsForWriting(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock_shared($1)', [BLOB_LOCK]);
}

/** Waits until no transaction is between its file and its row, and holds off new ones until this one ends. */
export async function lockBlobsForRemoval(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [BLOB_LOCK]);
}

/** The same, but gives up at once where it would wait: whoever waits for it makes the writers wait as well. */
export async function tryLockBlobsForRemoval(tx: Tx): Promise<boolean> {
  const [row] = await tx.query<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock($1) as locked',
    [BLOB_LOCK],
  );
  return row!.locked;
}
