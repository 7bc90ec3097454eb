import { utf8Chunks } from './utf8-chunks.js';

/** The most bytes of a line, and characters of a record, that are kept. */
export const MAX_RECORD = 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** One line of a text file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** How it ends; empty at the end of the file. */
  readonly end: '' | '\n' | '\r\n';
  /** Why it must not be used: `text` is then for finding the bounds of its record alone. */
  readonly problem: string | null;
  /** Whether it is longer than what was kept of it. */
  readonly isCut: boolean;
}

/**
 * Parts UTF-8 bytes, or UTF-16 after its byte order mark, into lines, a batch of them for every chunk. A byte order mark at
 * the beginning is dropped. A line that is too long is cut, never gathered.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  const line = new LineBuffer();
  for await (const chunk of utf8Chunks(chunks)) {
    const batch: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, start)) {
      line.add(chunk.subarray(start, at));
      batch.push(line.finish('\n'));
      start = at + 1;
    }
    line.add(chunk.subarray(start));
    yield batch;
  }
  if (!line.isEmpty) yield [line.finish('')];
}

/** The bytes of the line that is being read. */
class LineBuffer {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #lossy = new TextDecoder('utf-8', { ignoreBOM: true });
  #parts: Uint8Array[] = [];
  #kept = 0;
  #isTooLong = false;
  #number = 1;

  get isEmpty(): boolean {
    return this.#kept === 0 && !this.#isTooLong;
  }

  add(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, MAX_RECORD - this.#kept);
    if (kept.length < bytes.length) this.#isTooLong = true;
    if (kept.length === 0) return;
    // A copy: the source may use its chunk again.
    this.#parts.push(kept.slice());
    this.#kept += kept.length;
  }

  finish(end: '' | '\n'): Line {
    let bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    if (this.#number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      bytes = bytes.subarray(3);
    }
    const hasCr = !this.#isTooLong && bytes.at(-1) === CR;
    if (hasCr) bytes = bytes.subarray(0, -1);
    const line = {
      number: this.#number++,
      ...this.#decode(bytes),
      isCut: this.#isTooLong,
      end: end === '' ? end : hasCr ? ('\r\n' as const) : end,
    };
    this.#parts = [];
    this.#kept = 0;
    this.#isTooLong = false;
    return line;
  }

  #decode(bytes: Uint8Array): { text: string; problem: string | null } {
    if (this.#isTooLong) {
      return { text: this.#lossy.decode(bytes), problem: 'the line is longer than 1 MiB' };
    }
    try {
      const text = this.#decoder.decode(bytes);
      // PostgreSQL's text has no room for it.
      if (text.includes('\0')) return { text, problem: 'a NUL character' };
      return { text, problem: null };
    } catch {
      return { text: this.#lossy.decode(bytes), problem: 'not valid UTF-8' };
    }
  }
}
