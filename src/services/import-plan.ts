import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { ImageIndex } from '../tables/image-index.js';
import { isLabelTable } from '../tables/label-table.js';
import { formatOf, openTable, type TableFormat } from '../tables/open-table.js';
import type { Columns } from '../tables/parse-row.js';
import type { Cells, Table } from '../tables/table-row.js';
import { Beginning } from './beginning.js';
import { ByteMeter } from './byte-meter.js';
import { bestFits, fitTable, type TableSample } from './fit-table.js';
import { imageFolders } from './image-folders.js';
import type { ImportSettings } from './import-input.js';
import { type ImportSource, SourceFileError } from './import-source.js';
import { knownLabels, type LabelTables, readLabelNames } from './label-names.js';
import { byDepth, candidates, quoted } from './listed-paths.js';

const SAMPLE_ROWS = 200;
/** Read of a table's beginning, whose rows may be long. */
const SAMPLE_BYTES = 1024 * 1024;
const SAMPLE_LINES = 20_000;
/** Of tables nobody named, so many are looked into, until so much of them was read: their rows are held in memory. */
const MAX_TABLES = 100;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LABEL_TABLES = 10;

/** What an import reads: one table, an image folder, and which column is what. All paths are those of the listing. */
export interface ImportPlan {
  readonly table: string;
  /** '' for the source itself */
  readonly imageFolder: string;
  readonly images: ImageIndex;
  readonly columns: Columns;
  readonly labelTables: LabelTables;
}

/**
 * Decides from the listing and some rows of the tables what is to be read.
 * @throws BAD_USER_INPUT, with the candidates, where the client has to say more
 */
export async function planImport(
  source: ImportSource,
  settings: ImportSettings,
): Promise<ImportPlan> {
  const tables = tablesOf(source);
  const named =
    settings.source.table === null ? null : findTable(source, tables, settings.source.table);
  const folders = imageFolders(source, settings.source.imageFolder);
  const { samples, labelTables } = await lookInto(source, tables, named);
  const known = knownLabels(labelTables, settings);
  if (named !== null) {
    const sample = await sampleTable(source, named, settings.format);
    if (!sample) throw badUserInput(`The table ${quoted(named)} is empty or cannot be read.`);
    return { ...fitTable(sample, folders, settings, known, true), labelTables };
  }
  const { format } = settings;
  const possible = samples.filter(({ path }) => format === 'AUTO' || formatOf(path) === format);
  const fits = bestFits(
    possible.map((sample) => fitTable(sample, folders, settings, known, false)),
  );
  if (fits.length === 1) {
    const sample = possible.find(({ path }) => path === fits[0]!.table)!;
    // Once more, to complain of columns that are not there.
    return { ...fitTable(sample, folders, settings, known, true), labelTables };
  }
  const [problem, among] =
    fits.length > 0
      ? [`The rows of ${fits.length} tables match images`, fits.map((fit) => fit.table)]
      : ['No table was found whose rows match images of the source', tables];
  throw badUserInput(`${problem}: name one as \`source.table\`. Candidates: ${candidates(among)}.`);
}

/** What may be one by its name, the highest first. */
export function tablesOf(source: ImportSource): string[] {
  return source.paths.filter((path) => formatOf(path) !== null).sort(byDepth);
}

/** The beginnings of the tables that nobody named, unless one was; tables of labels are read whole. */
async function lookInto(
  source: ImportSource,
  tables: readonly string[],
  named: string | null,
): Promise<{ samples: TableSample[]; labelTables: LabelTables }> {
  const samples: TableSample[] = [];
  const labelTables = new Map<string, ReadonlyMap<string, string>>();
  const meter = new ByteMeter();
  for (const path of tables.slice(0, MAX_TABLES)) {
    if (path === named) continue;
    if (meter.bytes > MAX_BYTES) break;
    const sample = await sampleTable(source, path, 'AUTO', meter);
    if (sample && isLabelTable(sample.header)) {
      if (labelTables.size === MAX_LABEL_TABLES) continue;
      const names = await readLabelNames(source, path);
      if (names !== null) labelTables.set(path, names);
    } else if (sample && named === null) {
      samples.push(sample);
    }
  }
  return { samples, labelTables };
}

/** A table may have any name where the client says which one it is. */
function findTable(source: ImportSource, tables: readonly string[], wanted: string): string {
  const match = new ImageIndex(source.paths).find(wanted);
  if (match.kind === 'found') return match.path;
  const expected = match.kind === 'missing' ? 'a table of the source' : 'the path of one table';
  throw badUserInput(
    `expected ${expected} for \`source.table\` but received ${quoted(wanted)}. Candidates: ${candidates(tables)}.`,
  );
}

/**
 * The beginning of a table; undefined where it is none at all.
 * @param meter counts what is read of it
 */
export async function sampleTable(
  source: ImportSource,
  path: string,
  format: TableFormat,
  meter = new ByteMeter(),
): Promise<TableSample | undefined> {
  let table: Table | undefined;
  try {
    const beginning = new Beginning({ bytes: SAMPLE_BYTES, lines: SAMPLE_LINES });
    table = await openTable(meter.through(beginning.of(source.stream(path))), format, path);
    const rows: Cells[] = [];
    let read = 0;
    for await (const row of table.rows) {
      // The last may be the half of one.
      if (beginning.isCut && read > 0) break;
      if (row.kind === 'row') rows.push(row.cells);
      if (++read >= SAMPLE_ROWS) break;
    }
    const isEmpty = table.header.length === 0 && rows.length === 0;
    return isEmpty ? undefined : { path, header: table.header, rows };
  } catch (error) {
    if (error instanceof ClipwrightError || error instanceof SourceFileError) return undefined;
    throw error;
  } finally {
    await table?.close();
  }
}
