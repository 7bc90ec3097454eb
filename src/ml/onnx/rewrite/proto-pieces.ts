import { type FileHandle, open, rm } from 'node:fs/promises';
import { ProtoWriter } from '../protobuf.js';

/** A stretch of a file that is to be written, its length known before its bytes are. */
export interface Piece {
  readonly length: number;
  /** Asked for once, when its turn has come. */
  bytes(): AsyncIterable<Uint8Array>;
}

const COPY_BYTES = 1024 * 1024;

export function pieceOf(content: Uint8Array): Piece {
  return {
    length: content.length,
    async *bytes() {
      yield content;
    },
  };
}

/** What lies in another file from `start` to `end`. */
export function pieceOfFile(file: FileHandle, start: number, end: number): Piece {
  return new Stretch(file, start, end);
}

/** Adds what lies in another file; it becomes part of the last piece where it goes on from there: a graph has many small fields. */
export function addPieceOfFile(pieces: Piece[], file: FileHandle, start: number, end: number) {
  const last = pieces.at(-1);
  const goesOn = last instanceof Stretch && last.file === file && last.end === start;
  if (goesOn) pieces[pieces.length - 1] = new Stretch(file, last.start, end);
  else pieces.push(new Stretch(file, start, end));
}

class Stretch implements Piece {
  readonly length: number;

  constructor(
    readonly file: FileHandle,
    readonly start: number,
    readonly end: number,
  ) {
    this.length = end - start;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for (let at = this.start; at < this.end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(COPY_BYTES, this.end - at));
      const { bytesRead } = await this.file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw new Error('the file has become shorter');
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
  }
}

/** A field of bytes that consists of pieces. */
export function fieldOf(number: number, pieces: readonly Piece[]): Piece[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [pieceOf(new ProtoWriter().header(number, length).finish()), ...pieces];
}

/** A new file of these, on the disk for good; nothing is left of one that was not finished. */
export async function writePieces(
  to: string,
  pieces: readonly Piece[],
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(to, 'wx', 0o600);
  try {
    for (const piece of pieces) {
      let written = 0;
      for await (const bytes of piece.bytes()) {
        signal?.throwIfAborted();
        await file.writeFile(bytes);
        written += bytes.length;
      }
      if (written !== piece.length) throw new Error('a piece has another length than was said');
    }
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close();
    await rm(to, { force: true });
    throw error;
  }
}
