import type { Database } from '../db/database.js';
import { insertModelVersion } from '../db/registry.queries.js';
import { lockRun } from '../db/run-lifecycle.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { manifestOfRun } from './model-manifest.js';
import { checkModelName } from './model-name.js';
import { parseId } from './parse-id.js';

export interface RegisterModelDeps {
  db: Database;
  blobs: BlobStore;
}

/** Makes a succeeded run the next version of a model, which is created with its first version. */
export async function registerModel(
  deps: RegisterModelDeps,
  input: { runId: string; name: string },
): Promise<string> {
  const runId = parseId(input.runId, 'run');
  const name = checkModelName(input.name, 'name');
  return deps.db.transaction(async (tx) => {
    // Holding the run's row keeps it from being deleted between the look and the insert.
    const run = await lockRun(tx, runId);
    if (!run) throw new ClipwrightError('NOT_FOUND', 'There is no run with this id.');
    const manifest = await manifestOfRun(tx, runId);
    if (!manifest) {
      throw new ClipwrightError(
        'CONFLICT',
        `Only a run that has SUCCEEDED can be registered; this one is ${run.status}.`,
      );
    }
    const sizeBytes = (await deps.blobs.read(manifest.headSha256 as Sha256)).byteLength;
    const { headSha256 } = manifest;
    return insertModelVersion(tx, { name, runIds: [runId], manifest, headSha256, sizeBytes });
  });
}
