import { CellError } from './cell-error.js';
import { kindOf } from './json-kind.js';

/** Half of a surrogate pair: it cannot be written as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The text of a cell: as it stands in CSV, a string or number in JSONL. Null where the cell is
 * absent, null, or nothing but blanks.
 */
export function textOf(value: unknown, column: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new CellError(`expected text in column \`${column}\` but found ${kindOf(value)}`);
  }
  if (typeof value === 'number' && !isExact(value)) {
    throw new CellError(
      `a number in column \`${column}\` beyond 2^53, which cannot be kept exactly: quote it`,
    );
  }
  const text = String(value);
  if (text.includes('\0')) throw new CellError(`a NUL character in column \`${column}\``);
  if (text.search(LONE_SURROGATE) !== -1) {
    throw new CellError(`half a surrogate pair in column \`${column}\``);
  }
  return text.trim() === '' ? null : text;
}

/** JSON's numbers become doubles, which change whole numbers beyond 2^53, such as ids, and have no 1e400. */
function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}

/** Text with what neither UTF-8 nor PostgreSQL can hold replaced. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(LONE_SURROGATE, '\ufffd');
}
