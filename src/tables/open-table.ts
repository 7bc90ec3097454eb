import { openCsv } from './read-csv.js';
import { openJsonl } from './read-jsonl.js';
import type { Table } from './table-row.js';

export type TableFormat = 'AUTO' | 'CSV' | 'JSONL';

/** The format that a file name stands for; null where it is no table's. */
export function formatOf(fileName: string): 'CSV' | 'JSONL' | null {
  const extension = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  if (extension === 'csv' || extension === 'tsv') return 'CSV';
  return extension === 'jsonl' || extension === 'ndjson' ? 'JSONL' : null;
}

/** Opens a table; AUTO goes by the file's name, and reads CSV where that says nothing. */
export async function openTable(
  chunks: AsyncIterable<Uint8Array>,
  format: TableFormat,
  fileName: string,
): Promise<Table> {
  const kind = format === 'AUTO' ? (formatOf(fileName) ?? 'CSV') : format;
  return kind === 'CSV' ? openCsv(chunks) : openJsonl(chunks);
}
