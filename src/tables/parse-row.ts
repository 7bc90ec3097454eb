import { captionOf } from './caption-cell.js';
import { CellError } from './cell-error.js';
import type { ImageIndex } from './image-index.js';
import { labelsOf } from './labels-cell.js';
import { type SplitName, splitOf } from './split-cell.js';
import type { Cells, TableRow } from './table-row.js';
import { storable, textOf } from './text-cell.js';

/** The longest key, in characters. */
const MAX_KEY = 500;

/** Which column holds what; null where none does. */
export interface Columns {
  readonly image: string;
  readonly labels: string | null;
  readonly unknownLabels: string | null;
  readonly caption: string | null;
  /** Null: the image cell is the key. */
  readonly key: string | null;
  readonly split: string | null;
  /** Null: a cell of plain text is one label. */
  readonly labelSeparator: string | null;
}

/** A row that names an image of the listing. */
export interface ParsedSample {
  readonly kind: 'sample';
  readonly line: number;
  readonly key: string;
  /** A path of the listing. */
  readonly image: string;
  /** As it stands in the table; null where it is blank. */
  readonly caption: string | null;
  /** Label keys; null: unknown, []: none. */
  readonly labels: string[] | null;
  /** Keys of labels of which it is unknown whether the sample has them, none of `labels`; empty where those are null. */
  readonly unknownLabels: string[];
  /** Null: none is given. */
  readonly split: SplitName | null;
}

export interface RejectedRow {
  readonly kind: 'rejected';
  readonly line: number;
  /** Null where it could not be made out. */
  readonly key: string | null;
  readonly reason: string;
}

/** What a row says, or why it cannot be used; rows that could not be read are handed on. */
export function parseRow(
  row: TableRow,
  columns: Columns,
  images: ImageIndex,
): ParsedSample | RejectedRow {
  const rejected = (reason: string): RejectedRow => ({
    kind: 'rejected',
    line: row.line,
    key: keyOrNull(row.cells, columns),
    reason: storable(reason),
  });
  if (row.kind === 'rejected') return rejected(row.reason);
  const { cells } = row;
  try {
    const key = keyOf(cells, columns);
    return {
      kind: 'sample',
      line: row.line,
      key,
      image: imageOf(cells, columns.image, images),
      caption:
        columns.caption === null ? null : captionOf(cells.get(columns.caption), columns.caption),
      ...labelCells(cells, columns),
      split: columns.split === null ? null : splitOf(cells.get(columns.split), columns.split),
    };
  } catch (error) {
    if (error instanceof CellError) return rejected(error.message);
    throw error;
  }
}

/** Why a row cannot be used whose key an earlier one has. */
export function duplicateOf(
  firstLine: number | undefined,
  { line, key }: { line: number; key: string },
): RejectedRow {
  const reason = `duplicate key: line ${firstLine} has it already`;
  return { kind: 'rejected', line, key, reason };
}

function labelCells(
  cells: Cells,
  { labels: column, unknownLabels, labelSeparator }: Columns,
): Pick<ParsedSample, 'labels' | 'unknownLabels'> {
  const read = (name: string | null) =>
    name === null ? null : labelsOf(cells.get(name), labelSeparator, name);
  const labels = read(column);
  const unknown = read(unknownLabels) ?? [];
  if (unknown.length === 0) return { labels, unknownLabels: [] };
  if (labels === null) {
    throw new CellError(
      `labels in column \`${unknownLabels}\` but none in \`${column ?? 'labels'}\`: there, \`[]\` says that the others are absent, ` +
        'and nothing that all are unknown',
    );
  }
  const twice = unknown.find((label) => labels.includes(label));
  if (twice === undefined) return { labels, unknownLabels: unknown };
  throw new CellError(`the label "${twice}" is both carried and unknown`);
}

function keyOf(cells: Cells, columns: Columns): string {
  const column = columns.key ?? columns.image;
  const key = textOf(cells.get(column), column)?.trim();
  if (key === undefined) {
    throw new CellError(`no ${columns.key === null ? 'image' : 'key'} in column \`${column}\``);
  }
  if (key.length > MAX_KEY) {
    throw new CellError(`more than ${MAX_KEY} characters in column \`${column}\``);
  }
  return key;
}

function keyOrNull(cells: Cells, columns: Columns): string | null {
  try {
    return keyOf(cells, columns);
  } catch {
    return null;
  }
}

function imageOf(cells: Cells, column: string, images: ImageIndex): string {
  const cell = textOf(cells.get(column), column);
  if (cell === null) throw new CellError(`no image in column \`${column}\``);
  // As it stands first: file names may begin or end with blanks.
  const exact = images.find(cell);
  const name = cell.trim();
  const match = exact.kind === 'missing' ? images.find(name) : exact;
  if (match.kind === 'found') return match.path;
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  throw new CellError(
    match.kind === 'missing'
      ? `missing image: no file "${shown}" in the image folder`
      : `ambiguous image: more than one file fits "${shown}"`,
  );
}
