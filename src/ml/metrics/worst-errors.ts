import type { LabelSets } from '../data/label-sets.js';

export const ERROR_KINDS = ['FALSE_POSITIVE', 'FALSE_NEGATIVE'] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** A wrong decision for one sample, by its row, and one label. */
export interface DecisionError {
  readonly row: number;
  readonly label: number;
  readonly kind: ErrorKind;
  readonly score: number;
  /** cross-entropy of the score, in nats */
  readonly loss: number;
}

export interface ErrorSearch {
  /** of N samples */
  readonly labelSets: LabelSets;
  /** `[L]`; a label is predicted where score ≥ threshold */
  readonly thresholds: readonly number[];
  /** null: all */
  readonly label: number | null;
  readonly kind: ErrorKind | null;
  /** how many are kept */
  readonly limit: number;
}

/** Scores of 0 and 1 have a finite loss too. */
const LEAST = 1e-7;

export interface FoundErrors {
  /** how many there are */
  readonly total: number;
  /** those with the highest loss, of equal ones the first row's first label */
  readonly errors: DecisionError[];
  /** every row that has one, ascending */
  readonly rows: Int32Array;
}

/**
 * Finds the wrong decisions with the highest loss in one pass over rows of scores; memory holds twice `limit` of them, and a
 * number for each row that has one.
 */
export class WorstErrors {
  readonly #search: ErrorSearch;
  #kept: DecisionError[] = [];
  #row = 0;
  #total = 0;
  readonly #rows: number[] = [];

  constructor(search: ErrorSearch) {
    this.#search = search;
  }

  /** The next rows, `[n, L]`. */
  take(scores: Float32Array): void {
    const { labelSets, thresholds, label: wanted, kind: only, limit } = this.#search;
    const numLabels = thresholds.length;
    for (let at = 0; at < scores.length; at += numLabels, this.#row++) {
      const own = labelSets.labels.subarray(
        labelSets.offsets[this.#row],
        labelSets.offsets[this.#row + 1],
      );
      for (let label = wanted ?? 0; label <= (wanted ?? numLabels - 1); label++) {
        const score = scores[at + label]!;
        const isPredicted = score >= thresholds[label]!;
        if (isPredicted === own.includes(label) || own.includes(~label)) continue;
        const kind = isPredicted ? 'FALSE_POSITIVE' : 'FALSE_NEGATIVE';
        if (only !== null && kind !== only) continue;
        this.#total++;
        if (this.#rows.at(-1) !== this.#row) this.#rows.push(this.#row);
        const loss = -Math.log(Math.max(LEAST, isPredicted ? 1 - score : score));
        this.#kept.push({ row: this.#row, label, kind, score, loss });
      }
      if (this.#kept.length > 2 * limit) this.#cut();
    }
  }

  result(): FoundErrors {
    this.#cut();
    return { total: this.#total, errors: this.#kept, rows: Int32Array.from(this.#rows) };
  }

  #cut(): void {
    this.#kept.sort((a, b) => b.loss - a.loss || a.row - b.row || a.label - b.label);
    this.#kept = this.#kept.slice(0, this.#search.limit);
  }
}
