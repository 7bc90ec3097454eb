import type { Worker } from 'node:worker_threads';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { openThread } from './open-thread.js';

/**
 * The sections of a file that are read, each with one row for each sample. A row's bytes are those of all of them, side by side in
 * this order.
 */
export interface RowSections {
  readonly path: string;
  /** `start`: bytes from the file's beginning. */
  readonly sections: readonly { readonly start: number; readonly rowBytes: number }[];
}

export interface RowRequest {
  readonly rows: Int32Array;
  /** An earlier answer, whose memory is used again where it is large enough. */
  readonly spare: Uint8Array | undefined;
}

export type RowReply = { readonly bytes: Uint8Array } | { readonly problem: string };

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/**
 * Reads single rows in any order on a thread of its own, so that reading goes on while the caller's native code holds the
 * event loop. States: open → failed (the thread died) or closed; whoever opens it closes it.
 */
export class RowReader {
  readonly #worker: Worker;
  /** Answers come in the order of the questions. */
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  constructor(sections: RowSections) {
    this.#worker = openThread('row-reader.thread', import.meta.url, sections);
    this.#worker.on('message', (reply: RowReply) => {
      const waiting = this.#waiting.shift()!;
      if ('bytes' in reply) waiting.resolve(reply.bytes);
      else waiting.reject(new ClipwrightError('ARTIFACT_DAMAGED', reply.problem));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the reader of rows has ended')));
  }

  /**
   * The bytes of `rows`, row by row. `spare` is given away.
   * @throws ARTIFACT_DAMAGED where the file ends before a row does
   */
  read(rows: Int32Array, spare?: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      const request: RowRequest = { rows, spare };
      this.#worker.postMessage(request, spare ? [spare.buffer as ArrayBuffer] : []);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
