import { CellError } from './cell-error.js';
import { guessLabelSeparator } from './guess-separator.js';
import type { ImageIndex } from './image-index.js';
import type { Columns } from './parse-row.js';
import { splitOf } from './split-cell.js';
import type { Cells } from './table-row.js';

/** Usual names of columns, without case, blanks and signs; the likeliest first. */
const NAMES = {
  image: [
    'image',
    'imageid',
    'imagename',
    'imagefile',
    'imagepath',
    'imagefilename',
    'img',
    'imgid',
    'imgname',
    'photo',
    'picture',
    'filename',
    'file',
    'filepath',
    'path',
  ],
  labels: ['labels', 'label', 'tags', 'tag', 'classes', 'class', 'categories', 'category'],
  unknownLabels: ['unknownlabels', 'unknownlabel', 'unknowntags', 'unknownclasses'],
  caption: ['caption', 'captions', 'text', 'description', 'title', 'sentence'],
  key: ['key', 'id', 'sampleid', 'uid', 'uuid'],
  split: ['split', 'subset', 'set', 'fold', 'partition'],
} as const;

/** So many columns are tried for images: one after them is named by the client. */
const MAX_TRIED = 200;

/** Like `Columns`, but an image column may not have been found. */
export type ColumnsGuess = Omit<Columns, 'image'> & { readonly image: string | null };

/**
 * Which column holds what, from their names and from some rows. The image column is the one most of
 * whose cells name an image; of equal ones, and where no cell does, the one with the likeliest
 * name. A split column must name splits, a key column must hold different keys.
 *
 * @param header the columns in their order; for JSONL, whose header is empty, those of the rows
 * @param images null: go by names alone
 * @param knownLabels keys and names of labels that are known already
 */
export function guessColumns(
  header: readonly string[],
  rows: readonly Cells[],
  images: ImageIndex | null,
  knownLabels: ReadonlySet<string> | null = null,
): ColumnsGuess {
  const columns = header.length > 0 ? header : [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const free = new Set(columns);
  const choose = (column: string | null): string | null => {
    if (column !== null) free.delete(column);
    return column;
  };
  const image = choose(guessImage(columns, rows, images));
  const labels = choose(byName('labels', free)[0] ?? null);
  const unknownLabels = choose(byName('unknownLabels', free)[0] ?? null);
  const caption = choose(byName('caption', free)[0] ?? null);
  const split = choose(byName('split', free).find((name) => namesSplits(rows, name)) ?? null);
  const key = choose(byName('key', free).find((name) => isDistinct(rows, name)) ?? null);
  // Of both columns: where samples carry one label each, only the unknown ones show what parts them.
  const labelCells = [labels, unknownLabels].flatMap((column) =>
    column === null ? [] : rows.map((row) => row.get(column)),
  );
  return {
    image,
    labels,
    unknownLabels,
    caption,
    key,
    split,
    labelSeparator: guessLabelSeparator(
      labelCells.filter((cell) => typeof cell === 'string'),
      knownLabels,
    ),
  };
}

/** The share of rows whose image is found in the column: which of several tables fits a folder. */
export function matchingShare(rows: readonly Cells[], column: string, images: ImageIndex): number {
  const matches = rows.filter((row) => {
    const cell = row.get(column);
    const isName = typeof cell === 'string' || typeof cell === 'number';
    return isName && images.find(String(cell)).kind === 'found';
  });
  return rows.length === 0 ? 0 : matches.length / rows.length;
}

function guessImage(
  columns: readonly string[],
  rows: readonly Cells[],
  images: ImageIndex | null,
): string | null {
  const named = byName('image', columns);
  let best = named[0] ?? null;
  if (images === null) return best;
  let most = best === null ? 0 : matchingShare(rows, best, images);
  for (const column of [...named, ...columns].slice(0, MAX_TRIED)) {
    const share = matchingShare(rows, column, images);
    if (share > most) {
      best = column;
      most = share;
    }
  }
  return best;
}

/** The columns with a usual name, the likeliest first. */
function byName(role: keyof typeof NAMES, columns: Iterable<string>): string[] {
  const names: readonly string[] = NAMES[role];
  const rank = (column: string) =>
    names.indexOf(column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
  return [...columns].filter((column) => rank(column) !== -1).sort((a, b) => rank(a) - rank(b));
}

function namesSplits(rows: readonly Cells[], column: string): boolean {
  const isSplit = rows.map((row) => {
    try {
      return splitOf(row.get(column), column) === null ? null : true;
    } catch (error) {
      if (error instanceof CellError) return false;
      throw error;
    }
  });
  const given = isSplit.filter((it) => it !== null);
  return given.filter((it) => it).length * 2 > given.length || given.length === 0;
}

function isDistinct(rows: readonly Cells[], column: string): boolean {
  return new Set(rows.map((row) => row.get(column))).size === rows.length;
}
