import { TolerantSearch } from './csv-tolerant-search.js';
import type { Line } from './lines.js';

/** More columns than this, or more steps, and a broken record is given up. */
const MAX_COLUMNS = 1_000;
const MAX_STEPS = 2_000;

/** A reading of a record whose quoting is broken. */
export interface TolerantReading {
  readonly cells: readonly string[];
  /** How many of the lines it takes. */
  readonly lines: number;
  /** Quotes taken for a part of a cell without quotes. */
  readonly bareQuotes: number;
  /** Quoted cells with an odd number of quotes. */
  readonly oddCells: number;
}

/**
 * Reads a record as a person would whose quotes are not doubled: `7.jpg,3,"reads "stop," in red"`.
 *
 * A quote closes a cell only where a delimiter or the end of a line follows it; all others belong
 * to the text. Of the quotes that could close it, those are chosen with which the record has
 * exactly `count` cells. Where several readings do, the best has, in this order: the fewest quotes
 * in cells without quotes, the fewest cells with an odd number of quotes (people open and close
 * them in pairs), the fewest lines, and the earliest closing quotes. Where even the best is odd in
 * either way, one is preferred that ends before the next record (`reachesNext`: the lines end
 * there).
 *
 * @param lines the lines that the record may take, its own first
 */
export function readTolerantly(
  lines: readonly Pick<Line, 'text' | 'end'>[],
  count: number,
  delimiter: string,
  reachesNext: boolean,
): TolerantReading | null {
  if (count > MAX_COLUMNS) return null;
  let best: TolerantReading | null = null;
  let before = '';
  let steps = MAX_STEPS;
  for (const [i, { text, end }] of lines.entries()) {
    const search = new TolerantSearch(before + text, delimiter, steps);
    const found = search.read(count);
    steps = search.stepsLeft;
    before += text + end;
    if (found === null) continue;
    const reading = { ...found, lines: i + 1 };
    if (reading.bareQuotes === 0 && reading.oddCells === 0) return reading;
    const gain = best === null ? 1 : comparison(best, reading);
    const endsWell = reachesNext && reading.lines === lines.length;
    if (gain > 0 || (gain === 0 && endsWell)) best = reading;
  }
  return best;
}

/** Above 0: `b` is the better reading. */
function comparison(a: TolerantReading, b: TolerantReading): number {
  return a.bareQuotes - b.bareQuotes || a.oddCells - b.oddCells;
}
