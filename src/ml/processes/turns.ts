import { ClipwrightError } from '../../errors/clipwright-error.js';

/** Runs what it is given one after another, in order. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;

  /** @param most that may wait or be at work at once */
  constructor(private readonly most = Number.POSITIVE_INFINITY) {}

  /** @throws TOO_MANY_REQUESTS where as many wait or are at work as may */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open >= this.most) {
      throw new ClipwrightError(
        'TOO_MANY_REQUESTS',
        `${this.most} requests of this kind are waiting or at work, and one is answered at a time: ask again in a while.`,
      );
    }
    this.#open++;
    const turn = this.#last.then(work, work);
    this.#last = turn;
    try {
      return await turn;
    } finally {
      this.#open--;
    }
  }
}
