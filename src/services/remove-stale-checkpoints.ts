import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { runsWithCheckpoints } from '../db/run-lifecycle.queries.js';
import type { Sql } from '../db/sql.js';

/** Checkpoints lie under their run's id: ours, never a client's string. */
export function checkpointPath(directory: string, runId: string): string {
  return path.join(directory, `${runId}.checkpoint`);
}

/**
 * Removes the checkpoints of runs that have succeeded or been cancelled or deleted. A failed run keeps its last good one
 * for as long as it is there.
 */
export async function removeStaleCheckpoints(deps: { db: Sql; directory: string }): Promise<void> {
  const files = await readdir(deps.directory);
  const ids = files.flatMap((file) => /^([0-9a-f-]{36})\.checkpoint/.exec(file)?.[1] ?? []);
  if (ids.length === 0) return;
  const kept = new Set(await runsWithCheckpoints(deps.db, ids));
  for (const file of files) {
    if (!kept.has(file.slice(0, 36))) await rm(path.join(deps.directory, file), { force: true });
  }
}
