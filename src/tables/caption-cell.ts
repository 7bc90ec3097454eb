import { CellError } from './cell-error.js';
import { textOf } from './text-cell.js';

/** The longest caption, in characters: far beyond any encoder's context, and a bound for the tokenizer and for answers. */
export const MAX_CAPTION = 10_000;

/** The caption of a cell, as it stands there; null where it is blank. */
export function captionOf(value: unknown, column: string): string | null {
  const caption = textOf(value, column);
  if (caption !== null && caption.length > MAX_CAPTION) {
    throw new CellError(`more than ${MAX_CAPTION} characters in column \`${column}\``);
  }
  return caption;
}
