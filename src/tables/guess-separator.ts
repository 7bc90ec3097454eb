import { splitLabels } from './labels-cell.js';

const MARKS = ['|', ';', ','] as const;

/**
 * What parts the labels in a column, from some of its cells: `|`, `;` or `,`, whichever of them
 * stands in most cells, else a blank. A blank parts labels where all parts are numbers, or where
 * parting makes no more labels than there are different cells ('cat dog', 'dog' and 'cat', but not
 * 'traffic light' and 'fire hydrant'). With `known` label keys and names, what parts the cells into
 * the most of them. Null: each cell is one label.
 */
export function guessLabelSeparator(
  cells: readonly string[],
  known: ReadonlySet<string> | null = null,
): string | null {
  const texts = cells.map((cell) => cell.trim()).filter((cell) => cell !== '' && cell[0] !== '[');
  if (known !== null && known.size > 0) {
    const best = mostKnown(texts, known);
    if (best !== undefined) return best;
  }
  const counts = MARKS.map((mark) => texts.filter((text) => text.includes(mark)).length);
  const most = Math.max(...counts);
  if (most > 0) return MARKS[counts.indexOf(most)]!;
  const parts = new Set(texts.flatMap((text) => splitLabels(text, ' ')));
  if (texts.length > 0 && [...parts].every((part) => /^\d+$/.test(part))) return ' ';
  const hasBlanks = texts.some((text) => /\s/.test(text));
  return hasBlanks && parts.size <= new Set(texts).size ? ' ' : null;
}

/** Undefined where nothing of what any separator makes is known. */
function mostKnown(
  texts: readonly string[],
  known: ReadonlySet<string>,
): string | null | undefined {
  let best: string | null | undefined;
  let most = 0;
  const marks = MARKS.filter((mark) => texts.some((text) => text.includes(mark)));
  for (const separator of [' ', ...marks, null]) {
    const parts = texts.flatMap((t) => (separator === null ? [t] : splitLabels(t, separator)));
    const share = parts.filter((part) => known.has(part)).length / (parts.length || 1);
    if (share > most) {
      best = separator;
      most = share;
    }
  }
  return best;
}
