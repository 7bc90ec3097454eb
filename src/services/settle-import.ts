import { deleteStagedRows } from '../db/imports.queries.js';
import { deleteEmptyDataset } from '../db/publish.queries.js';
import type { Tx } from '../db/sql.js';

/** An import that ended without a version leaves its report, and neither rows nor an empty dataset. */
export async function settleImport(tx: Tx, jobId: string, datasetId: string): Promise<void> {
  await deleteStagedRows(tx, jobId);
  await deleteEmptyDataset(tx, datasetId);
}
