import { type ImportPayload, importPayload } from '../../services/import-input.js';
import { type RunImportDeps, runImport } from '../../services/run-import.js';
import { settleImport } from '../../services/settle-import.js';
import type { Settler } from '../registry.js';
import type { Task } from '../task.js';

/** What ends an import needs no more than this. */
export const importDatasetSettler: Settler<ImportPayload> = {
  name: 'import-dataset',
  payload: importPayload,
  settle: (tx, { datasetId }, { jobId }) => settleImport(tx, jobId, datasetId),
};

export function importDatasetTask(deps: RunImportDeps): Task<ImportPayload> {
  return {
    ...importDatasetSettler,
    run: (payload, context) => runImport(deps, payload, context),
  };
}
