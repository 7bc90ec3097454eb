import { openCsv } from '../../../src/tables/read-csv.js';
import { openJsonl } from '../../../src/tables/read-jsonl.js';
import type { Table, TableRow } from '../../../src/tables/table-row.js';

/** Bytes in chunks of the given size, as a file gives them. */
export async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function readAll(table: Table): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of table.rows) rows.push(row);
  return rows;
}

export async function readCsv(content: string | Uint8Array, chunkSize = 7): Promise<TableRow[]> {
  const bytes = typeof content === 'string' ? bytesOf(content) : content;
  return readAll(await openCsv(chunksOf(bytes, chunkSize)));
}

export async function readJsonl(content: string | Uint8Array, chunkSize = 7): Promise<TableRow[]> {
  const bytes = typeof content === 'string' ? bytesOf(content) : content;
  return readAll(openJsonl(chunksOf(bytes, chunkSize)));
}

/** Rows as `[line, ...cells]`, rejected ones as `[line, reason]`: short to compare. */
export function shown(rows: readonly TableRow[]): unknown[][] {
  return rows.map((row) =>
    row.kind === 'row' ? [row.line, ...row.cells.values()] : [row.line, { rejected: row.reason }],
  );
}
