import { setMaxListeners } from 'node:events';
import type { Database } from '../db/database.js';
import { clearStaging, firstRejections, readReport } from '../db/imports.queries.js';
import { stagedLabelKeys } from '../db/publish.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import type { ImportImagesDeps } from './import-images.js';
import type { ImportPayload } from './import-input.js';
import { type ImportPlan, planImport } from './import-plan.js';
import { type ImportSource, unreadableTable } from './import-source.js';
import { chooseLabelNames } from './label-names.js';
import { type ImportSourceDeps, openImportSource } from './open-import-source.js';
import { publishImport } from './publish-import.js';
import { stageRows } from './stage-rows.js';

/** Of the work, what comes after the last row. */
const PUBLISHING = 0.05;

export interface RunImportDeps extends ImportSourceDeps, ImportImagesDeps {
  /** of an upload that was imported and is no more: what it held is stored */
  removeUploadFiles(id: string): Promise<void>;
}

/**
 * Reads the table row by row, stores images and stages rows in groups, and publishes the lot as one version.
 *
 * Every row ends up either staged or in the report with line and reason; the counts are written with the rows they count.
 * What a killed attempt staged is thrown away; the images that it stored are found again by their content.
 */
export async function runImport(
  deps: RunImportDeps,
  settings: ImportPayload,
  context: JobContext,
): Promise<void> {
  setMaxListeners(0, context.signal); // each image under way listens
  await context.fenced((tx) => clearStaging(tx, context.jobId));
  const { uploadId } = settings.source;
  if (uploadId !== null) await context.progress({ progress: 0, message: 'opening the archive' });
  const source = await openImportSource(deps, settings.source, context.signal);
  let plan: ImportPlan;
  try {
    plan = await planImport(source, settings);
    await context.progress({ progress: 0, message: planMessage(plan, source) });
    await stageRows(deps, source, plan, settings, context, 1 - PUBLISHING).catch(unreadableTable);
  } finally {
    await source.close();
  }

  const report = (await readReport(deps.db, context.jobId))!;
  if (report.imported === 0) throw await nothingImported(deps.db, context.jobId, report.read);
  await context.progress({
    progress: 1 - PUBLISHING,
    message: `${report.imported} of ${report.read} rows imported, ${report.rejectedCount} rejected; publishing`,
  });
  const labelKeys = await stagedLabelKeys(deps.db, context.jobId);
  await publishImport(deps.db, context, {
    jobId: context.jobId,
    datasetId: settings.datasetId,
    name: settings.name,
    description: settings.description,
    uploadId,
    append: settings.append,
    split: settings.split,
    labelKeys,
    labelNames: chooseLabelNames(labelKeys, settings, plan.labelTables),
  });
  // They go after a day anyway.
  if (uploadId !== null) await deps.removeUploadFiles(uploadId).catch(() => {});
}

function planMessage(
  { table, imageFolder, columns }: ImportPlan,
  { leftOut }: ImportSource,
): string {
  const named = Object.entries(columns)
    .filter(([role, column]) => role !== 'labelSeparator' && column !== null)
    .map(([role, column]) => `${role} from ${JSON.stringify(column)}`);
  const where = imageFolder === '' ? 'the source' : JSON.stringify(imageFolder);
  const without = leftOut === 0 ? '' : `; without ${leftOut} links that lead out of the source`;
  return `reading ${JSON.stringify(table)} with images in ${where}: ${named.join(', ')}${without}`;
}

async function nothingImported(
  db: Database,
  jobId: string,
  read: number,
): Promise<ClipwrightError> {
  const rejected = await firstRejections(db, jobId, 3);
  const reasons = rejected.map(({ line, reason }) => `line ${line}: ${reason}`).join('; ');
  const what = read === 0 ? 'The table has no rows' : `None of the ${read} rows can be imported`;
  return badUserInput(`${what}${reasons ? ` (${reasons})` : ''}.`);
}
