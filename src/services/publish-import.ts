import type { Database } from '../db/database.js';
import { deleteStagedRows } from '../db/imports.queries.js';
import {
  deleteEmptyDataset,
  latestVersionByName,
  lockDatasetName,
  setImportResult,
} from '../db/publish.queries.js';
import { deleteUpload } from '../db/uploads.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import { insertPlanned } from './insert-planned.js';
import { type PlanInput, planVersion } from './plan-version.js';

export interface StagedImport extends Omit<PlanInput, 'before' | 'jobId' | 'changes'> {
  readonly jobId: string;
  readonly name: string;
  readonly description: string | null;
  /** made for this import, or the dataset that had the name already */
  readonly datasetId: string;
  /** what the import read, which goes with its end; null: a directory */
  readonly uploadId: string | null;
}

/**
 * Turns what an import staged into the next version of its dataset, or finds that it is the latest one already.
 *
 * The plan is made beforehand, as reading and splitting take their time. The transaction that publishes holds the
 * dataset's name, looks whether the version before is still the one planned for, and plans again where it is not: so of
 * two first imports under one name the first to commit wins, and the other is compared with it.
 *
 * @throws CONFLICT where a version is there, the content differs and nothing was said of appending
 */
export async function publishImport(
  db: Database,
  context: JobContext,
  staged: StagedImport,
): Promise<void> {
  let before = await latestVersionByName(db, staged.name);
  let plan = await db.transaction((tx) => planVersion(tx, { ...staged, before }));
  context.signal.throwIfAborted();

  await context.succeed(async (tx) => {
    await lockDatasetName(tx, staged.name);
    const latest = await latestVersionByName(tx, staged.name);
    if (latest?.versionId !== before?.versionId) {
      before = latest;
      plan = await planVersion(tx, { ...staged, before });
    }
    const datasetId = before?.datasetId ?? staged.datasetId;
    const unchanged = before !== undefined && plan.digest.equals(before.digest);
    if (before && !unchanged && !staged.append) {
      throw new ClipwrightError(
        'CONFLICT',
        `Dataset ${JSON.stringify(staged.name)} has other content: ${plan.difference}. ` +
          'Nothing was changed. Add to it (append) to make a new version, or import under another name.',
      );
    }
    const versionId = unchanged
      ? before!.versionId
      : await insertPlanned(tx, { ...staged, before }, plan, {
          datasetId,
          description: staged.description,
          note: before ? plan.difference.toString() : null,
        });
    await setImportResult(tx, staged.jobId, { datasetId, versionId, unchanged });
    await deleteStagedRows(tx, staged.jobId);
    if (staged.uploadId !== null) await deleteUpload(tx, staged.uploadId);
    if (datasetId !== staged.datasetId) await deleteEmptyDataset(tx, staged.datasetId);
  });
}
