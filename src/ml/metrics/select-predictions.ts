import type { KnownRows } from './known-rows.js';
import { type OperatingPoint, predictedAt } from './operating-point.js';

export interface PredictionSelection {
  readonly point: OperatingPoint;
  /** [N], 1 where a row may be selected; null: all */
  readonly allowed: Uint8Array | null;
  /** labels that are all predicted */
  readonly predicted: readonly number[];
  /** labels of `known` (places in its `labels`) about all of which the decision is wrong */
  readonly wrong: readonly number[];
  /** whether any decision is wrong; null: either. Rows of which nothing is known are left out where it matters. */
  readonly hasErrors: boolean | null;
  readonly known: KnownRows;
}

/** Finds the rows of scores `[N, L]` that a selection lets through, in one pass over them. */
export class PredictionSelector {
  readonly #selected: number[] = [];
  readonly #carried: Uint8Array;
  #row = 0;
  /** the place in `known.rows` of the first that is not behind `#row` */
  #place = 0;

  constructor(
    private readonly selection: PredictionSelection,
    private readonly numLabels: number,
  ) {
    this.#carried = new Uint8Array(selection.known.labels.length);
  }

  /** The next rows, `[n, L]`. */
  take(scores: Float32Array): void {
    const { allowed } = this.selection;
    for (let at = 0; at < scores.length; at += this.numLabels, this.#row++) {
      const place = this.#knownPlace();
      if (allowed && allowed[this.#row] === 0) continue;
      if (this.#isSelected(scores.subarray(at, at + this.numLabels), place)) {
        this.#selected.push(this.#row);
      }
    }
  }

  /** Ascending. */
  result(): Int32Array {
    return Int32Array.from(this.#selected);
  }

  #knownPlace(): number | null {
    const { rows } = this.selection.known;
    while (this.#place < rows.length && rows[this.#place]! < this.#row) this.#place++;
    return rows[this.#place] === this.#row ? this.#place : null;
  }

  #isSelected(scores: Float32Array, place: number | null): boolean {
    const { point, predicted, wrong, hasErrors } = this.selection;
    const decisions = decisionsAt(point, scores);
    if (!predicted.every((label) => decisions[label] === 1)) return false;
    if (wrong.length === 0 && hasErrors === null) return true;
    if (place === null) return false;
    const errors = this.#errorsOf(decisions, place);
    return (
      wrong.every((label) => errors.has(label)) &&
      (hasErrors === null || errors.size > 0 === hasErrors)
    );
  }

  /** Places in `known.labels`. */
  #errorsOf(decisions: Uint8Array, place: number): Set<number> {
    const { labels, labelSets } = this.selection.known;
    const [CARRIED, UNKNOWN] = [1, 2];
    this.#carried.fill(0);
    for (let at = labelSets.offsets[place]!; at < labelSets.offsets[place + 1]!; at++) {
      const entry = labelSets.labels[at]!;
      if (entry < 0) this.#carried[~entry] = UNKNOWN;
      else this.#carried[entry] = CARRIED;
    }
    const errors = new Set<number>();
    labels.forEach((label, at) => {
      const truth = this.#carried[at]!;
      if (truth !== UNKNOWN && truth !== decisions[label]) errors.add(at);
    });
    return errors;
  }
}

/** 1 for each label that is predicted, of the scores of one sample, `[L]`. */
export function decisionsAt(point: OperatingPoint, scores: Float32Array): Uint8Array {
  const decisions = new Uint8Array(scores.length);
  if (point.topK === null) {
    for (let label = 0; label < scores.length; label++) {
      if (scores[label]! >= point.thresholds[label]!) decisions[label] = 1;
    }
    return decisions;
  }
  for (const label of predictedAt(point, scores)) decisions[label] = 1;
  return decisions;
}
