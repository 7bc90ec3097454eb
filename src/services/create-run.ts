import { appendRunEvent } from '../db/events.js';
import { insertRun, type NewRun } from '../db/run-lifecycle.queries.js';
import type { Tx } from '../db/sql.js';
import type { Fold } from '../ml/data/fold-splits.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { enqueueTraining } from './enqueue-waiting.js';
import { runManifest } from './run-manifest.js';

/**
 * Writes a QUEUED run with its first event, and enqueues its training where the embeddings are there. Otherwise the
 * caller holds the set's lock, and whoever completes the set enqueues it.
 */
export async function createRun(
  tx: Tx,
  run: Omit<NewRun, 'manifest' | 'config'> & { config: RunConfig },
  options: { setComplete: boolean; message: string },
): Promise<string> {
  const runId = await insertRun(tx, { ...run, manifest: runManifest(run) });
  await appendRunEvent(tx, runId, { status: 'QUEUED', message: options.message });
  if (options.setComplete) await enqueueTraining(tx, runId);
  return runId;
}

export function defaultRunName(config: RunConfig, seed: number, fold: Fold | null): string {
  const place = fold ? [`fold ${fold.index + 1} of ${fold.count}`] : [];
  return [config.head.kind, config.fusion.kind, config.loss.kind, `seed ${seed}`, ...place]
    .join(' ')
    .toLowerCase();
}
