import type { ArchiveLimits } from '../archives/archive.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { ColumnsGuess } from '../tables/guess-columns.js';
import type { Cells } from '../tables/table-row.js';
import { checkRows, type RowCheck } from './check-rows.js';
import { fitTable, type TableFit, type TableSample } from './fit-table.js';
import { imageFolders } from './image-folders.js';
import { checkImportInput, type ImportDatasetInput, type ImportSettings } from './import-input.js';
import { planImport, sampleTable, tablesOf } from './import-plan.js';
import { type ImportSource, unreadableTable } from './import-source.js';
import { type ImportSourceDeps, openImportSource } from './open-import-source.js';

const SHOWN_ROWS = 20;
/** A table of CSV has no more. */
const SHOWN_COLUMNS = 10_000;
const MAX_CELL = 500;
/** Of an archive that is looked into while somebody waits. */
const PREVIEW_LIMITS: ArchiveLimits = { entries: 250_000, bytes: 2 * 1024 ** 3 };

export interface ImportPreview {
  readonly table: string;
  /** '' for the source itself */
  readonly imageFolder: string;
  readonly columns: string[];
  /** as text, cut after 500 characters; null where there is nothing */
  readonly rows: (string | null)[][];
  readonly guess: ColumnsGuess;
  readonly warnings: string[];
  /** null where an import would be refused as a whole */
  readonly check: RowCheck | null;
}

/**
 * What an import would read, from which columns, and which rows it would reject, without importing and without opening an
 * image. What an import would refuse as a whole for want of a choice (a column, one of several tables) is a warning here.
 * @throws BAD_USER_INPUT where the source has no table at all, PAYLOAD_TOO_LARGE
 */
export async function previewImport(
  deps: ImportSourceDeps,
  input: ImportDatasetInput,
): Promise<ImportPreview> {
  const settings = checkImportInput(input);
  const limits =
    settings.source.uploadId === null ? deps.limits : smaller(deps.limits, PREVIEW_LIMITS);
  const source = await openImportSource({ ...deps, limits }, settings.source).catch(
    (error: unknown) => {
      throw limits === deps.limits ? error : orTooLarge(error);
    },
  );
  try {
    return await preview(source, settings);
  } finally {
    await source.close();
  }
}

/** An import may take what is too large here. */
function orTooLarge(error: unknown): unknown {
  if (!(error instanceof ClipwrightError) || error.code !== 'PAYLOAD_TOO_LARGE') return error;
  return new ClipwrightError(
    'PAYLOAD_TOO_LARGE',
    `The archive is too large to be looked into beforehand, which takes at most ${PREVIEW_LIMITS.entries} entries and ` +
      `${PREVIEW_LIMITS.bytes} bytes unpacked: import it, naming \`source.table\` and \`columns\` where they cannot be guessed.`,
  );
}

function smaller(a: ArchiveLimits, b: ArchiveLimits): ArchiveLimits {
  return { entries: Math.min(a.entries, b.entries), bytes: Math.min(a.bytes, b.bytes) };
}

async function preview(source: ImportSource, settings: ImportSettings): Promise<ImportPreview> {
  const warnings: string[] = [];
  let fit: Pick<TableFit, 'table' | 'imageFolder' | 'images' | 'columns'>;
  let sample: TableSample | undefined;
  try {
    fit = await planImport(source, settings);
    sample = await sampleTable(source, fit.table, settings.format);
  } catch (error) {
    if (!(error instanceof ClipwrightError)) throw error;
    warnings.push(error.message);
    sample = await likeliestTable(source, settings);
    if (!sample) throw error;
    fit = fitTable(sample, imageFolders(source, null), settings, new Set(), false);
  }
  if (!sample) throw badUserInput('The table is empty or cannot be read.');
  const check = warnings.length > 0 ? null : await checked(source, fit, settings, warnings);
  const { image, ...columns } = fit.columns;
  if (source.leftOut > 0) {
    warnings.push(`${source.leftOut} links that lead out of the source are left out.`);
  }
  const names = columnsOf(sample);
  return {
    table: fit.table,
    imageFolder: fit.imageFolder,
    columns: names,
    rows: sample.rows.slice(0, SHOWN_ROWS).map((row) => names.map((name) => shown(row.get(name)))),
    guess: { image: image === '' ? null : image, ...columns },
    warnings,
    check,
  };
}

/** What an import would refuse for the table is a warning. */
async function checked(
  source: ImportSource,
  fit: Parameters<typeof checkRows>[1],
  settings: ImportSettings,
  warnings: string[],
): Promise<RowCheck | null> {
  try {
    return await checkRows(source, fit, settings).catch(unreadableTable);
  } catch (error) {
    if (!(error instanceof ClipwrightError)) throw error;
    warnings.push(error.message);
    return null;
  }
}

/** The one that was named, or the highest that has rows. */
async function likeliestTable(
  source: ImportSource,
  { source: { table }, format }: ImportSettings,
): Promise<TableSample | undefined> {
  const tables = tablesOf(source);
  const named = table === null ? tables : tables.filter((path) => path === table);
  for (const path of named.slice(0, 20)) {
    const sample = await sampleTable(source, path, format);
    if (sample) return sample;
  }
  return undefined;
}

function columnsOf({ header, rows }: TableSample): string[] {
  const names = header.length > 0 ? header : new Set(rows.flatMap((row) => [...row.keys()]));
  return [...names].slice(0, SHOWN_COLUMNS);
}

function shown(
  value: Cells extends ReadonlyMap<string, infer Value> ? Value : never,
): string | null {
  if (value === null || value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}
