/** Turns work done into progress and time left. What was done before this attempt counts for the one, not for the other. */
export class ProgressMeter {
  #done: number;
  readonly #start: number;

  constructor(
    private readonly total: number,
    private readonly before = 0,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#done = before;
    this.#start = now();
  }

  add(count: number): void {
    this.#done += count;
  }

  /** Where others count: this much is left. */
  leave(count: number): void {
    this.#done = this.total - count;
  }

  update(): { progress: number; etaSeconds?: number } {
    const progress = this.total === 0 ? 0 : Math.min(1, this.#done / this.total);
    const fresh = this.#done - this.before;
    if (fresh <= 0) return { progress };
    const seconds = (this.now() - this.#start) / 1000;
    return { progress, etaSeconds: (seconds * Math.max(0, this.total - this.#done)) / fresh };
  }
}
