import { setImmediate } from 'node:timers/promises';

/** Lines of nothing take the longest: of so many bytes some hundredths of a second. */
const PIECE_BYTES = 8 * 1024;
const LINE_FEED = 0x0a;

/** The beginning of a stream, in pieces between which whoever else waits for this process has a turn. */
export class Beginning {
  /** Whether there was more; then what is read last may be the half of something. */
  isCut = false;
  #bytes = 0;
  #lines = 0;

  /** @param most of either: of lines, as those that hold nothing take time too */
  constructor(private readonly most: { readonly bytes: number; readonly lines: number }) {}

  async *of(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        const piece = chunk.subarray(from, from + PIECE_BYTES);
        this.#bytes += piece.length;
        this.#lines += lineFeeds(piece);
        if (this.#bytes > this.most.bytes || this.#lines > this.most.lines) {
          this.isCut = true;
          return;
        }
        yield piece;
        await setImmediate();
      }
    }
  }
}

function lineFeeds(piece: Buffer): number {
  let count = 0;
  for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
