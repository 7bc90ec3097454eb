import type { Database } from '../db/database.js';
import { insertDataset, lockPublishedDataset } from '../db/publish.queries.js';
import type { Tx } from '../db/sql.js';
import { holdUpload } from '../db/uploads.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { enqueueJob } from '../jobs/enqueue.js';
import {
  checkImportInput,
  type ImportDatasetInput,
  type ImportPayload,
  type ImportSettings,
} from './import-input.js';
import { planImport } from './import-plan.js';
import { type ImportSourceDeps, openImportSource } from './open-import-source.js';

/** A source with more files is looked into by the job alone, so that the answer does not wait for it. */
const QUICK_LISTING = 100_000;
/** Likewise an archive with more, which may have to be unpacked. */
const QUICK_BYTES = 64 * 1024 * 1024;

export interface ImportDatasetDeps extends ImportSourceDeps {
  db: Database;
}

/**
 * Checks what was asked for, as far as that is quick, and enqueues the job. Whoever calls has seen to it that the viewer
 * may read directories of the server.
 * @throws BAD_USER_INPUT, PAYLOAD_TOO_LARGE
 */
export async function importDataset(
  deps: ImportDatasetDeps,
  input: ImportDatasetInput,
): Promise<{ datasetId: string; jobId: string }> {
  const settings = checkImportInput(input);
  const checked = await lookInto(deps, settings);
  return deps.db.transaction(async (tx) => {
    if (checked.source.uploadId !== null) await keepUpload(tx, checked.source.uploadId);
    const published = await lockPublishedDataset(tx, checked.name);
    const datasetId = published ?? (await insertDataset(tx, checked));
    const payload: ImportPayload = { ...checked, datasetId };
    const jobId = await enqueueJob(tx, { task: 'import-dataset', payload, datasetId });
    return { datasetId, jobId };
  });
}

/** Until the job is there, for which it is kept. */
async function keepUpload(tx: Tx, id: string): Promise<void> {
  if ((await holdUpload(tx, id))?.receivedAt) return;
  throw badUserInput('The upload of `source.uploadId` has gone meanwhile: upload it again.');
}

/** The settings with the table that was found, where the source is small enough to look into at once. */
async function lookInto(
  deps: ImportDatasetDeps,
  settings: ImportSettings,
): Promise<ImportSettings> {
  const limits = {
    entries: Math.min(deps.limits.entries, QUICK_LISTING),
    bytes:
      settings.source.uploadId === null
        ? deps.limits.bytes
        : Math.min(deps.limits.bytes, QUICK_BYTES),
  };
  const source = await openImportSource({ ...deps, limits }, settings.source).catch(
    (error: unknown) => {
      const isAll = limits.entries === deps.limits.entries && limits.bytes === deps.limits.bytes;
      const isLarge = error instanceof ClipwrightError && error.code === 'PAYLOAD_TOO_LARGE';
      if (isLarge && !isAll) return null;
      throw error;
    },
  );
  if (source === null) return settings;
  try {
    const { table } = await planImport(source, settings);
    return { ...settings, source: { ...settings.source, table } };
  } finally {
    await source.close();
  }
}
