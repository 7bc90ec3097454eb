import { type SampleRow, samplesAt } from '../db/samples.queries.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore } from '../storage/blob-store.js';
import { type BatchResult, batchResults, type FinishedBatch, labelsOf } from './batch-results.js';
import type { ExportColumn } from './export-template.js';

export const EXPORT_FORMATS = ['CSV', 'JSONL'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

type Value = string | number | boolean | null | readonly string[];

const PAGE = 500;

/**
 * A batch prediction as a table of text, some rows at a time. In CSV, cells are quoted where they must be and never changed: what
 * a spreadsheet takes for a formula stays as it is, since these files are data for programs.
 */
export async function* exportBatch(
  deps: { db: Sql; blobs: BlobStore },
  batch: FinishedBatch,
  format: ExportFormat,
  columns: readonly ExportColumn[],
): AsyncGenerator<string> {
  if (format === 'CSV') yield csvLine(columns.map(({ name }) => name));
  let page: BatchResult[] = [];
  for await (const result of batchResults(deps.blobs, batch)) {
    page.push(result);
    if (page.length < PAGE) continue;
    yield await lines(deps.db, batch, page, format, columns);
    page = [];
  }
  if (page.length > 0) yield await lines(deps.db, batch, page, format, columns);
}

async function lines(
  db: Sql,
  batch: FinishedBatch,
  page: readonly BatchResult[],
  format: ExportFormat,
  columns: readonly ExportColumn[],
): Promise<string> {
  const labels = labelsOf(batch);
  const indices = new Map(labels.map(({ key }, index) => [key, index]));
  const samples = await samplesAt(
    db,
    batch.versionId,
    page.map(({ position }) => position),
  );
  return page
    .map((result, row) => {
      const values = columns.map((column) =>
        exported(column, samples[row]!, result, labels, indices),
      );
      if (format === 'CSV') return csvLine(values.map(cellOf));
      return `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, values[at]])))}\n`;
    })
    .join('');
}

function exported(
  { value, separator, label }: ExportColumn,
  sample: SampleRow,
  result: BatchResult,
  labels: readonly { key: string; name: string }[],
  indices: ReadonlyMap<string, number>,
): Value {
  const joined = (texts: string[]) => (separator === null ? texts : texts.join(separator));
  // In label order, as labels stand everywhere else.
  const predicted = result.labels.toSorted((a, b) => a - b);
  switch (value) {
    case 'KEY':
      return sample.key;
    case 'CAPTION':
      return sample.caption;
    case 'SPLIT':
      return sample.split;
    case 'LABELS':
      return joined(predicted.map((index) => labels[index]!.key));
    case 'LABEL_NAMES':
      return joined(predicted.map((index) => labels[index]!.name));
    case 'SCORE':
      return result.scores[indices.get(label!)!]!;
    case 'PREDICTED':
      return result.labels.includes(indices.get(label!)!);
  }
}

function cellOf(value: Value): string {
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
