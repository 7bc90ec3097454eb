import { kindOf } from './json-kind.js';
import { LineQueue } from './line-queue.js';
import type { Line } from './lines.js';
import type { Cells, Table, TableRow } from './table-row.js';

/** How deep arrays and objects may lie in one another. */
const MAX_DEPTH = 32;

/**
 * Opens a JSONL table: UTF-8, one JSON object per line (https://jsonlines.org). Blank lines are no
 * records. Keys become columns as they stand: the cells are a map, so that a key such as
 * `__proto__` is a name like any other.
 */
export function openJsonl(chunks: AsyncIterable<Uint8Array>): Table {
  const lines = new LineQueue(chunks);
  return { format: 'JSONL', header: [], rows: jsonRows(lines), close: () => lines.close() };
}

async function* jsonRows(lines: LineQueue): AsyncGenerator<TableRow> {
  try {
    for (let line = await lines.at(0); line !== null; line = await lines.at(0)) {
      lines.take(1);
      if (line.problem !== null || line.text.trim() !== '') yield readLine(line);
    }
  } finally {
    await lines.close();
  }
}

function readLine(line: Line): TableRow {
  const rejected = (reason: string): TableRow => ({
    kind: 'rejected',
    line: line.number,
    cells: new Map(),
    reason,
  });
  if (line.problem !== null) return rejected(line.problem);
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    return rejected('not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return rejected(`expected an object but found ${kindOf(value)}`);
  }
  if (isDeeperThan(value, MAX_DEPTH)) return rejected(`nested more than ${MAX_DEPTH} levels deep`);
  const cells: Cells = new Map(Object.entries(value));
  return { kind: 'row', line: line.number, cells };
}

function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isDeeperThan(inner, limit - 1));
}
