import { CellError } from './cell-error.js';
import { textOf } from './text-cell.js';

export type SplitName = 'TRAIN' | 'VALIDATION' | 'TEST';

const SPLITS: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'TRAIN'],
  ['training', 'TRAIN'],
  ['val', 'VALIDATION'],
  ['valid', 'VALIDATION'],
  ['validation', 'VALIDATION'],
  ['dev', 'VALIDATION'],
  ['test', 'TEST'],
  ['testing', 'TEST'],
]);

/** The split that a cell names, in any case; null where it is empty. */
export function splitOf(value: unknown, column: string): SplitName | null {
  const text = textOf(value, column);
  if (text === null) return null;
  const split = SPLITS.get(text.trim().toLowerCase());
  if (split === undefined) {
    throw new CellError(
      `expected train, validation or test in column \`${column}\` but found "${text.trim().slice(0, 40)}"`,
    );
  }
  return split;
}
