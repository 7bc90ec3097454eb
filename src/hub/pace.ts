/** Less than this in a window, or from one failure to the next, is no download. */
export const LEAST_BYTES = 16 * 1024;

/** Watches that a peer sends at least 16 KiB in each window, headers included in the wait; `signal` aborts where it does not. */
export class Pace {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;

  constructor(windowMs: number) {
    this.#timer = setInterval(() => {
      if (this.#bytes < LEAST_BYTES) {
        // Also where nobody reads any more: an answer that was not wanted ends here at the latest.
        this.stop();
        this.#abort.abort(new TooSlow());
      }
      this.#bytes = 0;
    }, windowMs);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(bytes: number): void {
    this.#bytes += bytes;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

export class TooSlow extends Error {
  constructor() {
    super('it sends nothing, or next to nothing');
  }
}
