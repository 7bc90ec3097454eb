const TARGET_MS = 220;
const GROWTH = 4;

/**
 * How many steps one run of the loop takes, so that it ends within a quarter of a second, or what the engine asks for, and
 * progress and cancelling stay prompt. Results do not depend on it: each step computes the same whichever run it falls into.
 */
export class Pace {
  #steps = 1;

  /**
   * `limit`: the most steps a run may take, for the memory of its feeds. `targetMilliseconds`: how long a run should take,
   * where the engine asks for it.
   */
  constructor(
    private readonly limit: number,
    private readonly targetMilliseconds = TARGET_MS,
  ) {}

  next(remaining: number): number {
    return Math.max(1, Math.min(this.#steps, remaining, this.limit));
  }

  record(steps: number, milliseconds: number): void {
    const perStep = milliseconds / steps;
    const wanted = Math.floor(this.targetMilliseconds / Math.max(perStep, 1e-3));
    this.#steps = Math.max(1, Math.min(wanted, steps * GROWTH));
  }
}
