import { StrictRecord } from './csv-strict.js';
import { readTolerantly } from './csv-tolerant.js';

/** As many records must be seen before their first cells say anything. */
const ENOUGH = 3;

/** The share of records that must have a trait for it to be expected of all. */
const MOST = 0.75;

/** What can be said of a record's first cell. */
const TRAITS = {
  quoted: /^"/,
  bare: /^[^"]/,
  word: /^\S+$/,
  number: /^"?\d+"?$/,
  file: /[^.]\.[a-z][a-z0-9]{1,4}"?$/i,
};
type Trait = keyof typeof TRAITS;

/**
 * What the records of a table have in common at their beginning. It says whether a line may begin a
 * record, so that a broken one is not read into the next. Learned from lines that could be
 * records by themselves, whatever stands around them, and from records that could be read.
 */
export class RecordShape {
  #seen = 0;
  readonly #with: Record<Trait, number> = { quoted: 0, bare: 0, word: 0, number: 0, file: 0 };

  constructor(
    private readonly count: number,
    private readonly delimiter: string,
  ) {}

  /** Learns from a line if it could be a record, or the first line of one. */
  learnFrom(line: string): void {
    if (this.#fits(line)) this.learn(line);
  }

  /** Learns from the first line of a record. */
  learn(line: string): void {
    const cell = this.#firstCell(line);
    this.#seen++;
    for (const trait of traits) if (TRAITS[trait].test(cell)) this.#with[trait]++;
  }

  /**
   * Whether a record may begin with this line, be it sound, broken or short of cells. Its first
   * cell must have what most first cells have; if that is a number or a file name nothing else is
   * asked.
   */
  mayBegin(line: string): boolean {
    if (this.count > 1 && !line.includes(this.delimiter)) return false;
    if (this.#seen < ENOUGH) return this.#fits(line);
    const cell = this.#firstCell(line);
    const expected = traits.filter((trait) => this.#with[trait] >= this.#seen * MOST);
    if (!expected.every((trait) => TRAITS[trait].test(cell))) return false;
    const isTelling = expected.includes('number') || expected.includes('file');
    return (isTelling && this.count > 1) || this.#fits(line);
  }

  #firstCell(line: string): string {
    const end = line.indexOf(this.delimiter);
    return (end === -1 ? line : line.slice(0, end)).trim();
  }

  /** Whether the line has the right number of cells, or a quoted one begins before that. */
  #fits(line: string): boolean {
    const record = new StrictRecord(this.delimiter);
    const state = record.add(line, '');
    const { isInQuotes, cells } = record;
    if (isInQuotes && cells.length > 0 && cells.length < this.count) return true;
    if (state === 'whole') return cells.length === this.count;
    const reading = readTolerantly([{ text: line, end: '' }], this.count, this.delimiter, true);
    return reading?.bareQuotes === 0;
  }
}

const traits = Object.keys(TRAITS) as Trait[];
