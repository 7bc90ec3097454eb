import { badUserInput } from '../errors/bad-user-input.js';
import { StrictRecord } from './csv-strict.js';
import type { LineQueue } from './line-queue.js';

const DELIMITERS = [',', ';', '\t'] as const;
const MAX_COLUMNS = 10_000;
const MAX_LINES = 100;

export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/**
 * Takes the header off the lines. The delimiter is the one that parts it into the most cells, of
 * equal ones the comma, then `;`. Names are trimmed; one that is missing becomes `column 3`, one
 * that stood before `name (2)`, so that every column can be called by its name.
 */
export async function takeHeader(lines: LineQueue): Promise<CsvHeader> {
  let line = await lines.at(0);
  while (line !== null && line.text.trim() === '') {
    lines.take(1);
    line = await lines.at(0);
  }
  if (line === null) return { delimiter: DELIMITERS[0], names: [] };
  let best = { delimiter: DELIMITERS[0] as string, cells: [] as string[], taken: 1, rank: 0 };
  for (const delimiter of DELIMITERS) {
    const { cells, taken, isSound } = await headerCells(lines, line.text, delimiter);
    // Sound quotes say more than any number of cells.
    const rank = cells.length + (isSound && cells.length > 1 ? Number.MAX_SAFE_INTEGER / 2 : 0);
    if (rank > best.rank) best = { delimiter, cells, taken, rank };
  }
  if (best.cells.length > MAX_COLUMNS) {
    throw badUserInput(
      `expected at most ${MAX_COLUMNS} columns in the table but its header has ${best.cells.length}`,
    );
  }
  lines.take(best.taken);
  return { delimiter: best.delimiter, names: uniqueNames(best.cells) };
}

/** Read strictly, else the first line parted at every delimiter. */
async function headerCells(
  lines: LineQueue,
  first: string,
  delimiter: string,
): Promise<{ cells: string[]; taken: number; isSound: boolean }> {
  const record = new StrictRecord(delimiter);
  for (let taken = 0; taken < MAX_LINES; taken++) {
    const line = await lines.at(taken);
    if (line === null) break;
    const state = record.add(line.text, line.end);
    if (state === 'whole') return { cells: record.cells, taken: taken + 1, isSound: true };
    if (state === 'broken') break;
  }
  const cells = first.split(delimiter).map((cell) => cell.replaceAll('"', ''));
  return { cells, taken: 1, isSound: false };
}

function uniqueNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  /** the next number of a name that comes again */
  const numbers = new Map<string, number>();
  for (const [i, cell] of cells.entries()) {
    const name = cell.trim() || `column ${i + 1}`;
    let unique = name;
    let n = numbers.get(name) ?? 2;
    for (; taken.has(unique); n++) unique = `${name} (${n})`;
    numbers.set(name, n);
    taken.add(unique);
  }
  return [...taken];
}
