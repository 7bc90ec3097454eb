import type { Database } from '../db/database.js';
import { insertDataset, lockPublishedDataset } from '../db/publish.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { enqueueJob } from '../jobs/enqueue.js';
import { resolveImportDirectory } from './import-directory.js';
import {
  checkImportInput,
  type ImportDatasetInput,
  type ImportPayload,
  type ImportSettings,
} from './import-input.js';
import { planImport } from './import-plan.js';
import type { ImportSource } from './import-source.js';
import { listImportDirectory } from './list-directory.js';

/** A source with more files is looked into by the job alone, so that the answer does not wait for it. */
const QUICK_LISTING = 100_000;

export interface ImportDatasetDeps {
  db: Database;
  importRoots: readonly string[];
  /** more files than this a source must not hold */
  listingEntries: number;
}

/**
 * Checks what was asked for, as far as that is quick, and enqueues the job. Whoever calls has seen to it that the viewer
 * may read directories of the server.
 * @throws BAD_USER_INPUT
 */
export async function importDataset(
  deps: ImportDatasetDeps,
  input: ImportDatasetInput,
): Promise<{ datasetId: string; jobId: string }> {
  const settings = checkImportInput(input);
  const checked = await lookInto(deps, settings);
  return deps.db.transaction(async (tx) => {
    const published = await lockPublishedDataset(tx, checked.name);
    const datasetId = published ?? (await insertDataset(tx, checked));
    const payload: ImportPayload = { ...checked, datasetId };
    const jobId = await enqueueJob(tx, { task: 'import-dataset', payload, datasetId });
    return { datasetId, jobId };
  });
}

/** The listing of a directory below an import root. */
export async function openImportSource(
  deps: Pick<ImportDatasetDeps, 'importRoots' | 'listingEntries'>,
  directory: string,
  signal?: AbortSignal,
): Promise<ImportSource> {
  const where = await resolveImportDirectory(deps.importRoots, directory);
  return listImportDirectory(where, {
    maxEntries: deps.listingEntries,
    ...(signal && { signal }),
  });
}

/** The settings with the table that was found, where the source is small enough to look into at once. */
async function lookInto(
  deps: ImportDatasetDeps,
  settings: ImportSettings,
): Promise<ImportSettings> {
  const where = await resolveImportDirectory(deps.importRoots, settings.source.directory);
  const maxEntries = Math.min(deps.listingEntries, QUICK_LISTING);
  let source: ImportSource;
  try {
    source = await listImportDirectory(where, { maxEntries });
  } catch (error) {
    if (maxEntries < deps.listingEntries && error instanceof ClipwrightError) return settings;
    throw error;
  }
  const { table } = await planImport(source, settings);
  return { ...settings, source: { ...settings.source, table } };
}
