import { lockBlobsForRemoval } from '../db/blob-lock.js';
import type { Database } from '../db/database.js';
import { datasetUse, deleteDatasetRows, lockDataset } from '../db/delete-dataset.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';
import type { Deletion } from './delete-run.js';
import { parseId } from './parse-id.js';
import { removeUnreferenced } from './remove-blobs.js';

export interface DeleteDatasetDeps {
  db: Database;
  blobs: BlobStore;
  /** also forgets what was made from an image; Thumbnails is one */
  thumbnails?: { remove(sha256: string): Promise<void> };
}

/**
 * Deletes a dataset and what nothing else uses: images, vectors, files. A crash after the rows are gone leaves files for
 * the orphan sweep.
 * @throws NOT_FOUND; CONFLICT while it has runs or experiments or a job works on it
 */
export async function deleteDataset(deps: DeleteDatasetDeps, id: string): Promise<Deletion> {
  const datasetId = parseId(id, 'dataset');
  const files = await deps.db.transaction(async (tx) => {
    // An import that finds an image known must not lose it before its own row names it.
    await lockBlobsForRemoval(tx);
    const dataset = await lockDataset(tx, datasetId);
    if (!dataset) throw new ClipwrightError('NOT_FOUND', 'There is no dataset with this id.');
    const { runs, experiments, batchPredictions, jobs } = await datasetUse(tx, datasetId);
    if (jobs > 0) {
      throw new ClipwrightError(
        'CONFLICT',
        'A job works on the dataset: wait for its end or cancel it first.',
      );
    }
    const uses = [
      { count: experiments, what: 'experiment' },
      { count: runs, what: 'run' },
      { count: batchPredictions, what: 'batch prediction' },
    ];
    for (const { count, what } of uses) {
      if (count === 0) continue;
      const [s, them] = count === 1 ? ['', 'it'] : ['s', 'them'];
      throw new ClipwrightError(
        'CONFLICT',
        `The dataset has ${count} ${what}${s}: delete ${them} first.`,
      );
    }
    return deleteDatasetRows(tx, datasetId);
  });
  const freedBytes = await removeUnreferenced(deps, files.map(parseSha256));
  for (const file of files) await deps.thumbnails?.remove(file);
  return { id: datasetId, freedBytes };
}
