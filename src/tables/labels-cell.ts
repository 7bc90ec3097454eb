import { CellError } from './cell-error.js';
import { kindOf } from './json-kind.js';
import { textOf } from './text-cell.js';

/** The longest label key, in characters. */
export const MAX_LABEL = 200;
/** Labels of one sample. */
const MAX_SAMPLE_LABELS = 1000;

/**
 * An entry of a list written as Python prints it, and what may stand between two. No text has two ways to match, which would
 * take time by the square of its length.
 */
const PYTHON_ENTRY =
  /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s'",[\]]+(?:\s+[^\s'",[\]]+)*))\s*(?:,|$)/y;

/**
 * The label keys of a cell, each once, in their order.
 *
 * Null, unknown: null, absent or blank. None: an empty list, `[]`. A list is a JSON array, as a
 * value in JSONL or as text; text may also hold it as Python prints one, `['cat', 'dog']`. Other
 * text is parted at `separator`; without one the whole text is one label.
 */
export function labelsOf(
  value: unknown,
  separator: string | null,
  column: string,
): string[] | null {
  if (Array.isArray(value)) return listed(value, column);
  const text = textOf(value, column)?.trim() ?? null;
  if (text === null) return null;
  if (text.startsWith('[') && text.endsWith(']')) return listed(parseList(text, column), column);
  const parts = separator === null ? [text] : splitLabels(text, separator);
  if (parts.length === 0) throw new CellError(`no label in column \`${column}\`, only separators`);
  return listed(parts, column);
}

/** Parts text at a separator, a blank standing for any run of blanks; empty parts are dropped. */
export function splitLabels(text: string, separator: string): string[] {
  const parts = text.split(separator.trim() === '' ? /\s+/ : separator);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function listed(values: readonly unknown[], column: string): string[] {
  const labels = new Set<string>();
  for (const value of values) {
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new CellError(`expected labels in column \`${column}\` but found ${kindOf(value)}`);
    }
    const label = textOf(value, column)?.trim();
    if (label === undefined) throw new CellError(`an empty label in column \`${column}\``);
    if (label.length > MAX_LABEL) {
      throw new CellError(`a label of more than ${MAX_LABEL} characters in column \`${column}\``);
    }
    labels.add(label);
    if (labels.size > MAX_SAMPLE_LABELS) {
      throw new CellError(`more than ${MAX_SAMPLE_LABELS} labels in column \`${column}\``);
    }
  }
  return [...labels];
}

function parseList(text: string, column: string): unknown[] {
  try {
    return JSON.parse(text);
  } catch {
    const inner = text.slice(1, -1).trim();
    const entries: string[] = [];
    PYTHON_ENTRY.lastIndex = 0;
    while (PYTHON_ENTRY.lastIndex < inner.length) {
      const entry = PYTHON_ENTRY.exec(inner);
      if (entry === null) throw new CellError(`a list that cannot be read in column \`${column}\``);
      const quoted = entry[1] ?? entry[2];
      entries.push(quoted?.replaceAll(/\\(.)/g, '$1') ?? entry[3]!);
    }
    return entries;
  }
}
