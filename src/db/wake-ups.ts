/** A bell with one listener. Rings that nobody has waited for yet are one ring; after `close` it is silent. */
export class WakeUps {
  #rung = false;
  #closed = false;
  #waiting: ((rung: boolean) => void) | undefined;

  wake(): void {
    if (this.#closed) return;
    if (this.#waiting) {
      this.#waiting(true);
      this.#waiting = undefined;
    } else {
      this.#rung = true;
    }
  }

  /**
   * True at the next ring, false once closed.
   *
   * @param withinMs rings by itself when this has passed
   */
  next(withinMs?: number): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.#rung) {
      this.#rung = false;
      return Promise.resolve(true);
    }
    if (this.#waiting) throw new Error('a bell has one listener at a time');
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(() => this.wake(), withinMs);
      this.#waiting = (rung) => {
        clearTimeout(timer);
        resolve(rung);
      };
    });
  }

  close(): void {
    this.#closed = true;
    this.#waiting?.(false);
    this.#waiting = undefined;
  }
}
