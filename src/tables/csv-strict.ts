/**
 * One CSV record read to the letter of RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180#section-2),
 * line by line. States: reading → open (a quoted cell goes on in the next line) → whole | broken.
 */
export class StrictRecord {
  readonly cells: string[] = [];
  /** What broke it. */
  problem: string | null = null;
  #open: string | null = null;

  constructor(private readonly delimiter: string) {}

  /** Whether it ended, or broke, in a quoted cell. */
  get isInQuotes(): boolean {
    return this.#open !== null;
  }

  /** Reads a line; `end` is its line break, which belongs to a cell that goes on. */
  add(text: string, end: string): 'whole' | 'open' | 'broken' {
    let at = 0;
    for (;;) {
      if (this.#open === null && text[at] === '"') {
        this.#open = '';
        at++;
      }
      const next = this.#open === null ? this.#plainCell(text, at) : this.#quotedCell(text, at);
      if (next === null) return 'broken';
      if (next === OPEN) {
        this.#open += end;
        return 'open';
      }
      if (next > text.length) return 'whole';
      at = next;
    }
  }

  /** Where the next cell begins: beyond the end after the last one. */
  #plainCell(text: string, at: number): number | null {
    const delimiter = text.indexOf(this.delimiter, at);
    const end = delimiter === -1 ? text.length : delimiter;
    const cell = text.slice(at, end);
    if (cell.includes('"')) {
      this.problem = 'broken quoting: a quote inside a cell without quotes';
      return null;
    }
    this.cells.push(cell);
    return end + 1;
  }

  #quotedCell(text: string, from: number): number | null {
    let at = from;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) {
        this.#open += text.slice(at);
        return OPEN;
      }
      this.#open += text.slice(at, quote);
      const after = text[quote + 1];
      if (after === '"') {
        this.#open += '"';
        at = quote + 2;
        continue;
      }
      if (after !== undefined && after !== this.delimiter) {
        this.problem = 'broken quoting: text after a closing quote';
        return null;
      }
      this.cells.push(this.#open ?? '');
      this.#open = null;
      return quote + 2;
    }
  }
}

const OPEN = -1;
