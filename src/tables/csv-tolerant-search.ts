/** The best way to read a text from some place on, as a list of cells. */
interface Way {
  /** Where the cell's text begins and ends, without the quotes around it. */
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  readonly bareQuotes: number;
  readonly oddCells: number;
  readonly next: Way | null;
}

interface Quote {
  readonly at: number;
  /** Its number among the quotes. */
  readonly index: number;
  /** The delimiter or the end of the text that follows it, after blanks: where a cell would end. */
  readonly cellEnd: number;
}

/**
 * Parts the text of one broken record into a given number of cells, over all ways to take its
 * quotes (see `readTolerantly`). A cell without quotes ends at the next delimiter and within its
 * line. What is found from a place on is remembered, and closing quotes that would leave too few
 * delimiters for the cells to come are not tried, so that few inner delimiters mean few steps.
 */
export class TolerantSearch {
  readonly #quotes: readonly number[];
  readonly #closing: readonly Quote[];
  readonly #delimiters: readonly number[];
  readonly #known = new Map<number, Way | null>();

  /** @param stepsLeft the search gives up when they are used up */
  constructor(
    private readonly text: string,
    private readonly delimiter: string,
    public stepsLeft: number,
  ) {
    this.#quotes = positions(text, '"');
    this.#delimiters = positions(text, delimiter);
    this.#closing = this.#quotes
      .map((at, index) => ({ at, index, cellEnd: this.#skipBlanks(at + 1) }))
      .filter(({ cellEnd }) => cellEnd === text.length || text[cellEnd] === delimiter);
  }

  /** Null where no way gives `count` cells, or none was found in time. */
  read(count: number): { cells: string[]; bareQuotes: number; oddCells: number } | null {
    const best = this.#from(0, count, false);
    if (best === null || this.stepsLeft < 0) return null;
    const cells: string[] = [];
    for (let way: Way | null = best; way !== null; way = way.next) {
      const cell = this.text.slice(way.start, way.end);
      cells.push(way.isQuoted ? cell.replaceAll('""', '"') : cell);
    }
    return { cells, bareQuotes: best.bareQuotes, oddCells: best.oddCells };
  }

  /** From where a cell begins, with `left` to come; `afterQuoted`: a quoted one stands before. */
  #from(at: number, left: number, afterQuoted: boolean): Way | null {
    const id = (left * (this.text.length + 1) + at) * 2 + (afterQuoted ? 1 : 0);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    let best: Way | null = null;
    for (const way of this.#quoted(at, left)) if (isBetter(way, best)) best = way;
    const plain = this.#plain(at, left, afterQuoted);
    if (plain !== null && isBetter(plain, best)) best = plain;
    this.#known.set(id, best);
    return best;
  }

  *#quoted(start: number, left: number): Generator<Way> {
    const at = this.#skipBlanks(start);
    if (this.text[at] !== '"') return;
    const opening = countBelow(this.#quotes, at);
    // The last cell ends with the text, and only the last quote can.
    const last = Math.max(0, this.#closing.length - 1);
    const first = left === 1 ? last : this.#firstClosing(opening);
    for (let i = first; i < this.#closing.length; i++) {
      const quote = this.#closing[i]!;
      if (this.#delimitersFrom(quote.cellEnd) < left - 1 || this.stepsLeft-- < 0) return;
      const rest = quote.index > opening ? this.#after(quote.cellEnd, left, true) : null;
      if (rest === null) continue;
      const oddCells = (quote.index - opening) % 2 === 0 ? 1 : 0;
      yield wayOf({ start: at + 1, end: quote.at, isQuoted: true, bareQuotes: 0, oddCells }, rest);
    }
  }

  #plain(at: number, left: number, afterQuoted: boolean): Way | null {
    if (this.stepsLeft-- < 0) return null;
    const end = this.#delimiters[countBelow(this.#delimiters, at)] ?? this.text.length;
    const cell = this.text.slice(at, end);
    if (cell.includes('\n')) return null;
    const quotes = countBelow(this.#quotes, end) - countBelow(this.#quotes, at);
    // An opening quote without its fellow, or the tail of a quoted cell that was closed too early.
    const isTorn = /^\s*"/.test(cell) || (afterQuoted && /"\s*$/.test(cell));
    if (quotes % 2 === 1 && isTorn) return null;
    const rest = this.#after(end, left, afterQuoted);
    if (rest === null) return null;
    return wayOf({ start: at, end, isQuoted: false, bareQuotes: quotes, oddCells: 0 }, rest);
  }

  #after(cellEnd: number, left: number, afterQuoted: boolean): Way | 'end' | null {
    const isEnd = cellEnd === this.text.length;
    if (left === 1) return isEnd ? 'end' : null;
    return isEnd ? null : this.#from(cellEnd + 1, left - 1, afterQuoted);
  }

  /** The first closing quote after the opening one with this number. */
  #firstClosing(opening: number): number {
    let [low, high] = [0, this.#closing.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#closing[middle]!.index <= opening) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #delimitersFrom(at: number): number {
    return this.#delimiters.length - countBelow(this.#delimiters, at);
  }

  #skipBlanks(from: number): number {
    let at = from;
    while (this.text[at] === ' ' || (this.text[at] === '\t' && this.delimiter !== '\t')) at++;
    return at;
  }
}

function wayOf(cell: Omit<Way, 'next'>, rest: Way | 'end'): Way {
  if (rest === 'end') return { ...cell, next: null };
  return {
    ...cell,
    bareQuotes: rest.bareQuotes + cell.bareQuotes,
    oddCells: rest.oddCells + cell.oddCells,
    next: rest,
  };
}

function isBetter(way: Way, than: Way | null): boolean {
  if (than === null) return true;
  return (way.bareQuotes - than.bareQuotes || way.oddCells - than.oddCells) < 0;
}

function positions(text: string, sign: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) found.push(at);
  return found;
}

/** How many of the sorted numbers are below a limit. */
function countBelow(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
