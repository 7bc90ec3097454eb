import type { Rng } from './rng.js';

/** How many samples, and how many of each label, every fold still wants. Below 0: has too many. */
export class FoldDemand {
  readonly numLabels: number;
  readonly #samples: Float64Array;
  /** `[L, folds]` */
  readonly #labels: Float64Array;
  readonly #folds: number;

  constructor(
    shares: readonly number[],
    private readonly offsets: Int32Array,
    private readonly labels: Int32Array,
    private readonly rng: Rng,
    /** How many samples each entry of `offsets` stands for; one when left out. */
    private readonly sizes?: Int32Array,
  ) {
    this.#folds = shares.length;
    this.numLabels = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
    const total = sizes?.reduce((sum, size) => sum + size, 0) ?? offsets.length - 1;
    this.#samples = Float64Array.from(shares, (share) => share * total);
    const counts = new Float64Array(this.numLabels);
    for (const label of labels) counts[label]!++;
    this.#labels = new Float64Array(this.numLabels * this.#folds);
    for (let at = 0; at < this.#labels.length; at++) {
      this.#labels[at] = counts[Math.floor(at / this.#folds)]! * shares[at % this.#folds]!;
    }
  }

  give(sample: number, fold: number): void {
    this.#samples[fold]! -= this.sizes?.[sample] ?? 1;
    for (let at = this.offsets[sample]!; at < this.offsets[sample + 1]!; at++) {
      this.#labels[this.labels[at]! * this.#folds + fold]!--;
    }
  }

  foldForLabel(label: number): number {
    const start = label * this.#folds;
    const eager = mostWanting(this.#labels.subarray(start, start + this.#folds));
    return this.#oneOf(eager.length === 1 ? eager : mostWanting(this.#samples, eager));
  }

  foldForSample(): number {
    return this.#oneOf(mostWanting(this.#samples));
  }

  #oneOf(folds: number[]): number {
    return folds.length === 1 ? folds[0]! : folds[this.rng.below(folds.length)]!;
  }
}

/** The folds (of `among`, or all) that want the most; what rounding sets apart is equal. */
function mostWanting(
  wanted: Float64Array,
  among: readonly number[] = [...wanted.keys()],
): number[] {
  const most = among.reduce((max, fold) => Math.max(max, wanted[fold]!), Number.NEGATIVE_INFINITY);
  return among.filter((fold) => wanted[fold]! >= most - 1e-9);
}
