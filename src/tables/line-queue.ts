import { type Line, readLines } from './lines.js';

/** Lines with a look ahead: `at(0)` is the next one. Holds only what was looked at. */
export class LineQueue {
  readonly #batches: AsyncIterator<Line[]>;
  #lines: Line[] = [];
  /** The lines before this index are taken. */
  #next = 0;
  #isDone = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#batches = readLines(chunks);
  }

  /** The line `ahead` lines from here; null after the end. */
  async at(ahead: number): Promise<Line | null> {
    while (this.#next + ahead >= this.#lines.length && !this.#isDone) {
      const { done, value } = await this.#batches.next();
      if (done === true) {
        this.#isDone = true;
        break;
      }
      this.#lines = this.#lines.slice(this.#next).concat(value);
      this.#next = 0;
    }
    return this.#lines[this.#next + ahead] ?? null;
  }

  take(count: number): void {
    this.#next = Math.min(this.#next + count, this.#lines.length);
  }

  async close(): Promise<void> {
    this.#isDone = true;
    await this.#batches.return?.();
  }
}
