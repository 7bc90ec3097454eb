import type { FileHandle } from 'node:fs/promises';
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
  return {
    length: end - start,
    async *bytes() {
      for (let at = start; at < end; ) {
        const chunk = Buffer.allocUnsafe(Math.min(COPY_BYTES, end - at));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
        if (bytesRead === 0) throw new Error('the file has become shorter');
        yield chunk.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
  };
}

/** A field of bytes that consists of pieces. */
export function fieldOf(number: number, pieces: readonly Piece[]): Piece[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [pieceOf(new ProtoWriter().header(number, length).finish()), ...pieces];
}

export async function writePieces(file: FileHandle, pieces: readonly Piece[]): Promise<void> {
  for (const piece of pieces) {
    let written = 0;
    for await (const bytes of piece.bytes()) {
      await file.writeFile(bytes);
      written += bytes.length;
    }
    if (written !== piece.length) throw new Error('a piece has another length than was said');
  }
}
