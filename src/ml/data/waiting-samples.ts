import type { Rng } from './rng.js';

/** The free samples not placed yet, by label, in random order. */
export class WaitingSamples {
  /** All samples, shuffled. */
  readonly order: Int32Array;
  readonly #isWaiting: Uint8Array;
  /** `[L]`: samples waiting with each label. */
  readonly #counts: Int32Array;
  readonly #byLabel: Int32Array;
  /** `[L + 1]`: where each label's samples begin in `#byLabel`. */
  readonly #starts: Int32Array;

  constructor(
    private readonly offsets: Int32Array,
    private readonly labels: Int32Array,
    isFree: Uint8Array,
    numLabels: number,
    rng: Rng,
  ) {
    this.order = rng.shuffle(Int32Array.from(isFree.keys()));
    this.#isWaiting = isFree;
    this.#counts = new Int32Array(numLabels);
    for (const sample of this.order) {
      if (this.has(sample)) this.#eachLabel(sample, (label) => this.#counts[label]!++);
    }
    this.#starts = new Int32Array(numLabels + 1);
    this.#counts.forEach((count, label) => {
      this.#starts[label + 1] = this.#starts[label]! + count;
    });
    this.#byLabel = new Int32Array(this.#starts[numLabels]!);
    const ends = this.#starts.slice();
    for (const sample of this.order) {
      if (!this.has(sample)) continue;
      this.#eachLabel(sample, (label) => {
        this.#byLabel[ends[label]!++] = sample;
      });
    }
  }

  has(sample: number): boolean {
    return this.#isWaiting[sample] === 1;
  }

  take(sample: number): void {
    this.#isWaiting[sample] = 0;
    this.#eachLabel(sample, (label) => this.#counts[label]!--);
  }

  /** The label with the fewest samples waiting, the first of equal ones; null when none is left. */
  rarest(): number | null {
    let rarest: number | null = null;
    for (let label = 0; label < this.#counts.length; label++) {
      const count = this.#counts[label]!;
      if (count > 0 && (rarest === null || count < this.#counts[rarest]!)) rarest = label;
    }
    return rarest;
  }

  /** The label's samples, also those placed meanwhile. */
  samplesOf(label: number): Int32Array {
    return this.#byLabel.subarray(this.#starts[label]!, this.#starts[label + 1]!);
  }

  #eachLabel(sample: number, visit: (label: number) => void): void {
    for (let at = this.offsets[sample]!; at < this.offsets[sample + 1]!; at++) {
      visit(this.labels[at]!);
    }
  }
}
