import { badUserInput } from '../errors/bad-user-input.js';
import type { ColumnsGuess } from './guess-columns.js';
import type { Columns } from './parse-row.js';

/** Columns named by the client; null or left out: as guessed. */
export interface GivenColumns {
  readonly image?: string | null;
  readonly labels?: string | null;
  readonly unknownLabels?: string | null;
  readonly caption?: string | null;
  readonly key?: string | null;
  readonly split?: string | null;
}

/**
 * The guess, with what the client says in its place. A column that the client names must stand in
 * `header` (unless that is empty, as JSONL's is), and there must be an image column.
 */
export function chooseColumns(
  header: readonly string[],
  guess: ColumnsGuess,
  given: GivenColumns = {},
  labelSeparator: string | null = null,
): Columns {
  for (const [role, column] of Object.entries(given)) {
    if (column != null && header.length > 0 && !header.includes(column)) {
      throw badUserInput(
        `expected one of the table's columns (${header.join(', ')}) for \`columns.${role}\` but received "${column}"`,
      );
    }
  }
  const image = given.image ?? guess.image;
  if (image === null) {
    throw badUserInput(
      `expected a column that names images in the table (${header.join(', ')}); name it in \`columns.image\``,
    );
  }
  const named = new Set(Object.values(given));
  const guessed = (column: string | null) =>
    column !== null && !named.has(column) ? column : null;
  return {
    image,
    labels: given.labels ?? guessed(guess.labels),
    unknownLabels: given.unknownLabels ?? guessed(guess.unknownLabels),
    caption: given.caption ?? guessed(guess.caption),
    key: given.key ?? guessed(guess.key),
    split: given.split ?? guessed(guess.split),
    labelSeparator: labelSeparator ?? guess.labelSeparator,
  };
}
