import { takeHeader } from './csv-header.js';
import { StrictRecord } from './csv-strict.js';
import { readTolerantly } from './csv-tolerant.js';
import { LineQueue } from './line-queue.js';
import { type Line, MAX_RECORD } from './lines.js';
import { RecordShape } from './record-shape.js';
import type { Cells, Table, TableRow } from './table-row.js';

/** A broken record is sought in at most so many lines. */
const MAX_BROKEN_LINES = 20;
/** So many lines are looked at for what records look like, before the first is read. */
const LEARNED_AHEAD = 50;

/**
 * Opens a CSV table: UTF-8, a header of column names on its first line, cells parted by `,`, `;` or
 * tabs (whatever parts the header into the most cells), lines ended by LF or CRLF. Blank lines
 * between records are no records.
 *
 * Every record is first read to the letter of RFC 4180, and a record that can be read so is taken
 * as it stands: text inside quotes is never looked at again, be it line breaks, delimiters or what
 * looks like other records. Where this breaks (text after a closing quote, a quote in a cell
 * without quotes, a quote that never closes, or a wrong number of cells over several lines) the
 * record is read as a person would (`readTolerantly`), and never beyond a line that looks like the
 * beginning of another record (`RecordShape`). Where that fails too the record is rejected, and
 * reading goes on at the next line that looks like one. One line with a wrong number of cells and
 * no fault in its quotes is rejected as that.
 */
export async function openCsv(chunks: AsyncIterable<Uint8Array>): Promise<Table> {
  const lines = new LineQueue(chunks);
  const { delimiter, names } = await takeHeader(lines);
  return {
    format: 'CSV',
    header: names,
    rows: new CsvRecords(lines, names, delimiter).rows(),
    close: () => lines.close(),
  };
}

function isBlank(line: Line): boolean {
  return line.problem === null && line.text.trim() === '';
}

class CsvRecords {
  readonly #shape: RecordShape;

  constructor(
    private readonly lines: LineQueue,
    private readonly header: readonly string[],
    private readonly delimiter: string,
  ) {
    this.#shape = new RecordShape(header.length, delimiter);
  }

  async *rows(): AsyncGenerator<TableRow> {
    try {
      for (let i = 0; i < LEARNED_AHEAD; i++) {
        const line = await this.lines.at(i);
        if (line !== null) this.#shape.learnFrom(line.text);
      }
      for (let line = await this.lines.at(0); line !== null; line = await this.lines.at(0)) {
        if (isBlank(line)) this.lines.take(1);
        else yield await this.#record(line);
      }
    } finally {
      await this.lines.close();
    }
  }

  async #record(first: Line): Promise<TableRow> {
    const record = new StrictRecord(this.delimiter);
    const lines = [first];
    let state = first.isCut ? 'broken' : record.add(first.text, first.end);
    for (let size = first.text.length; state === 'open'; ) {
      const line = await this.lines.at(lines.length);
      size += line?.text.length ?? 0;
      if (line === null || line.isCut || size > MAX_RECORD) break;
      lines.push(line);
      state = record.add(line.text, line.end);
    }
    const { cells } = record;
    const fits = cells.length === this.header.length;
    if (state === 'whole' && (fits || lines.length === 1)) {
      if (!fits) return this.#take(lines, cells, this.#miscount(cells.length));
      this.#shape.learn(first.text);
      return this.#take(lines, cells);
    }
    const reason = state === 'whole' ? this.#miscount(cells.length) : record.problem;
    return first.isCut ? this.#take([first], []) : this.#broken(lines, cells, reason);
  }

  /** `seen`: the lines up to where strict reading broke, for the `reason`, or was given up. */
  async #broken(seen: Line[], cells: string[], reason: string | null): Promise<TableRow> {
    const first = seen[0]!;
    const { lines, reachesNext } = await this.#linesOfOne(first);
    const reading = readTolerantly(lines, this.header.length, this.delimiter, reachesNext);
    if (reading !== null) {
      if (reading.bareQuotes === 0) this.#shape.learn(first.text);
      return this.#take(lines.slice(0, reading.lines), reading.cells);
    }
    const isOpen = reason === null || seen.length > lines.length;
    return this.#take(
      reachesNext ? lines : [first],
      cells,
      isOpen ? 'broken quoting: a quote that is never closed' : reason,
    );
  }

  /** The lines that a broken record may take: up to one that may begin another, or the end. */
  async #linesOfOne(first: Line): Promise<{ lines: Line[]; reachesNext: boolean }> {
    const lines = [first];
    let size = first.text.length;
    for (;;) {
      const line = await this.lines.at(lines.length);
      if (line === null || this.#shape.mayBegin(line.text)) return { lines, reachesNext: true };
      size += line.text.length;
      if (line.isCut || lines.length === MAX_BROKEN_LINES || size > MAX_RECORD) {
        return { lines, reachesNext: false };
      }
      lines.push(line);
    }
  }

  /** The record made of these lines, rejected for the given reason or for a fault of theirs. */
  #take(lines: readonly Line[], cells: readonly string[], reason: string | null = null): TableRow {
    this.lines.take(lines.length);
    const fault = lines.find(({ problem }) => problem !== null)?.problem ?? reason;
    const line = lines[0]!.number;
    const named = this.#named(cells);
    return fault === null
      ? { kind: 'row', line, cells: named }
      : { kind: 'rejected', line, cells: named, reason: fault };
  }

  #miscount(found: number): string {
    const wanted = this.header.length;
    return `expected ${wanted} ${wanted === 1 ? 'cell' : 'cells'} but found ${found}`;
  }

  #named(cells: readonly string[]): Cells {
    const named = new Map<string, string>();
    const count = Math.min(cells.length, this.header.length);
    for (let i = 0; i < count; i++) named.set(this.header[i]!, cells[i]!);
    return named;
  }
}
