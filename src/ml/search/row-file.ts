import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Modality } from '../nn/modality.js';
import { type EmbeddingFile, requireWholeFile, sectionStart } from '../train/embedding-file.js';

/** Rows that are apart by fewer are read together: one read of some more bytes is faster than two. */
const GAP = 4;
const READ_BYTES = 2 ** 22;

/** One modality of an embedding set's file, `[samples, D]`; opened, read and closed within one request. */
export class RowFile {
  readonly #handle: number;
  readonly #start: number;

  /** @throws ARTIFACT_DAMAGED where the file has another size than the numbers say */
  constructor(
    private readonly file: EmbeddingFile,
    modality: Modality,
  ) {
    this.#handle = openSync(file.path, 'r');
    this.#start = sectionStart(file, modality);
    try {
      requireWholeFile(fstatSync(this.#handle).size, file);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    closeSync(this.#handle);
  }

  /** Visits rows `from` to before `to` in order; a vector is only good within its visit. */
  scan(from: number, to: number, visit: (row: number, vector: Float32Array) => void): void {
    const { dimension } = this.file;
    const atOnce = Math.max(1, Math.floor(READ_BYTES / (dimension * 4)));
    const vectors = new Float32Array(Math.min(atOnce, to - from) * dimension);
    for (let first = from; first < to; first += atOnce) {
      const count = Math.min(atOnce, to - first);
      this.#read(new Uint8Array(vectors.buffer, 0, count * dimension * 4), first);
      for (let i = 0; i < count; i++) {
        visit(first + i, vectors.subarray(i * dimension, (i + 1) * dimension));
      }
    }
  }

  /** Visits these rows, which ascend. */
  visit(rows: ArrayLike<number>, visit: (row: number, vector: Float32Array) => void): void {
    for (let first = 0; first < rows.length; ) {
      let next = first + 1;
      while (next < rows.length && rows[next]! - rows[next - 1]! <= GAP) next++;
      let wanted = first;
      this.scan(rows[first]!, rows[next - 1]! + 1, (row, vector) => {
        if (row !== rows[wanted]) return;
        visit(row, vector);
        wanted++;
      });
      first = next;
    }
  }

  row(row: number): Float32Array {
    let found: Float32Array | undefined;
    this.scan(row, row + 1, (_, vector) => {
      found = vector.slice();
    });
    return found!;
  }

  #read(bytes: Uint8Array, row: number): void {
    const from = this.#start + row * this.file.dimension * 4;
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#handle, bytes, done, bytes.length - done, from + done);
      if (read === 0) throw new ClipwrightError('ARTIFACT_DAMAGED', 'the file ends early');
      done += read;
    }
  }
}
