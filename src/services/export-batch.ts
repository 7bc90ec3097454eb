import { samplesAt } from '../db/samples.queries.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore } from '../storage/blob-store.js';
import { type ParquetColumn, writeParquet } from '../tables/write-parquet.js';
import { type BatchResult, batchResults, type FinishedBatch, labelsOf } from './batch-results.js';
import type { ExportColumn } from './export-template.js';
import { type ExportedValue, exportedValue } from './export-value.js';

export const EXPORT_FORMATS = ['CSV', 'JSONL', 'PARQUET'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** In the columns' order. */
type Row = readonly ExportedValue[];

const PAGE = 500;

/**
 * A batch prediction as a table, some rows at a time. In CSV, cells are quoted where they must be and never changed: what
 * a spreadsheet takes for a formula stays as it is, since these files are data for programs.
 */
export async function* exportBatch(
  deps: { db: Sql; blobs: BlobStore },
  batch: FinishedBatch,
  format: ExportFormat,
  columns: readonly ExportColumn[],
): AsyncGenerator<string | Uint8Array> {
  const pages = exportedPages(deps, batch, columns);
  if (format === 'PARQUET') {
    yield* writeParquet(columns.map(parquetColumn), rowsOf(pages), batch.sampleCount!);
    return;
  }
  const names = columns.map(({ name }) => name);
  if (format === 'CSV') yield csvLine(names);
  const line = (row: Row) =>
    format === 'CSV'
      ? csvLine(row.map(cellOf))
      : `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at]])))}\n`;
  for await (const page of pages) yield page.map(line).join('');
}

async function* exportedPages(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  batch: FinishedBatch,
  columns: readonly ExportColumn[],
): AsyncGenerator<Row[]> {
  const labels = labelsOf(batch);
  const indices = new Map(labels.map(({ key }, index) => [key, index]));
  const exported = async (page: readonly BatchResult[]) => {
    const positions = page.map(({ position }) => position);
    const samples = await samplesAt(db, batch.versionId, positions);
    return page.map((result, row) =>
      columns.map((column) => exportedValue(column, samples[row]!, result, labels, indices)),
    );
  };
  let page: BatchResult[] = [];
  for await (const result of batchResults(blobs, batch)) {
    page.push(result);
    if (page.length < PAGE) continue;
    yield await exported(page);
    page = [];
  }
  if (page.length > 0) yield await exported(page);
}

async function* rowsOf(pages: AsyncIterable<Row[]>): AsyncGenerator<Row> {
  for await (const page of pages) yield* page;
}

function parquetColumn({ name, value, separator }: ExportColumn): ParquetColumn {
  const list = (value === 'LABELS' || value === 'LABEL_NAMES') && separator === null;
  const type =
    value === 'SCORE' ? 'FLOAT' : value === 'PREDICTED' ? 'BOOLEAN' : list ? 'STRINGS' : 'STRING';
  return { name, type, nullable: value === 'CAPTION' };
}

function cellOf(value: ExportedValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** RFC 4180, with line feeds. */
function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(',')}\n`;
}
