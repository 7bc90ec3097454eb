import { CellError } from './cell-error.js';
import { MAX_LABEL } from './labels-cell.js';
import type { Table } from './table-row.js';
import { storable, textOf } from './text-cell.js';

const KEYS = new Set(['id', 'key', 'label', 'labelid', 'index', 'class', 'classid', 'code']);
const NAMES = new Set(['name', 'labelname', 'title', 'classname', 'displayname']);

/** The names of labels by their keys, in the table's order. */
export interface LabelTable {
  readonly names: Map<string, string>;
  readonly rejected: { readonly line: number; readonly reason: string }[];
}

/** Whether a table is one of labels: two columns, keys and names, as in `id,name`. */
export function isLabelTable(header: readonly string[]): boolean {
  const [key, name] = header.map((column) => column.toLowerCase().replace(/[^a-z]/g, ''));
  return header.length === 2 && KEYS.has(key!) && NAMES.has(name!);
}

/** Reads a table of labels to its end. A key that comes again is rejected. */
export async function readLabelTable(table: Table): Promise<LabelTable> {
  const names = new Map<string, string>();
  const rejected: { line: number; reason: string }[] = [];
  const [keyColumn = 'key', nameColumn = 'name'] = table.header;
  for await (const row of table.rows) {
    if (row.kind === 'rejected') {
      rejected.push({ line: row.line, reason: row.reason });
      continue;
    }
    try {
      const key = labelText(row.cells.get(keyColumn), keyColumn);
      const name = labelText(row.cells.get(nameColumn), nameColumn);
      if (names.has(key)) throw new CellError(`the label "${key}" stands here a second time`);
      names.set(key, name);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      rejected.push({ line: row.line, reason: storable(error.message) });
    }
  }
  return { names, rejected };
}

function labelText(value: unknown, column: string): string {
  const text = textOf(value, column)?.trim();
  if (text === undefined) throw new CellError(`nothing in column \`${column}\``);
  if (text.length > MAX_LABEL) {
    throw new CellError(`more than ${MAX_LABEL} characters in column \`${column}\``);
  }
  return text;
}
