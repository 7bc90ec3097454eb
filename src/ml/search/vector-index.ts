import { type DotKernel, LANES, openDotKernel, STREAMS } from './dot-kernel.js';
import type { RowFile } from './row-file.js';

/** Of a row that is searched: where it lies, and its cosine to the query. */
export interface Neighbour {
  readonly row: number;
  readonly similarity: number;
}

/** Bit `row % 8` of byte `row >> 3` is set where the row may be found. */
export type RowMask = Uint8Array;

const GREATEST = 127;
const GREATEST_QUERY = 32_767;
const GREATEST_SUM = 2 ** 31 - 1;
/** Keeps the bounds above what float32 and the norms' rounding may add to them. */
const ROUNDING = 1e-6;

/**
 * One modality of an embedding set in 8 bits, to find the few rows that can be among the nearest; those are then compared as
 * they are in the file, so the answer is that of a comparison with every row.
 *
 * A row x is kept as x̂ = mean + scale · int8, with the length of what is lost, ‖x − x̂‖. For a query q, kept as q̂ in 16 bits,
 *
 *   |q·x − (q·mean + q̂·(x̂ − mean))| ≤ ‖q‖ ‖x − x̂‖ + ‖q − q̂‖ ‖x̂ − mean‖         (Cauchy and Schwarz, twice),
 *
 * so with the k-th highest lower bound L, a row whose upper bound is below L is not among the k nearest. The mean is taken out
 * because in CLIP's spaces a few components are large and nearly the same in every vector (they would take up the 8 bits).
 */
export class VectorIndex {
  readonly #memory: ArrayBuffer;
  readonly #kernel: DotKernel;
  readonly #mean: Float64Array;
  /** [n]: of a row's int8 */
  readonly #scale: Float32Array;
  /** [n]: ‖x − x̂‖, rounded up */
  readonly #lost: Float32Array;
  /** [n]: ‖x̂ − mean‖, rounded up; −1: the sample has no vector */
  readonly #length: Float32Array;
  /** [n]: of the query at hand */
  readonly #estimates: Float64Array;
  readonly #padded: number;
  readonly #rowsAt: number;
  readonly #scoresAt: number;

  /** What an index takes of memory. */
  static bytes(count: number, dimension: number): number {
    return count * (paddedTo(dimension, LANES) + 4 * 4 + 8);
  }

  /** Reads the whole of the file's section twice. */
  constructor(
    rows: RowFile,
    readonly count: number,
    readonly dimension: number,
  ) {
    this.#padded = paddedTo(dimension, LANES);
    this.#rowsAt = 2 * this.#padded;
    const kept = paddedTo(count, STREAMS);
    this.#scoresAt = this.#rowsAt + kept * this.#padded;
    const { memory, kernel } = openDotKernel(this.#scoresAt + 4 * kept, kept, this.#padded);
    this.#memory = memory;
    this.#kernel = kernel;
    this.#estimates = new Float64Array(count);
    this.#scale = new Float32Array(count);
    this.#lost = new Float32Array(count);
    this.#length = new Float32Array(count).fill(-1);
    this.#mean = meanOf(rows, count, dimension);
    rows.scan(0, count, (row, vector) => this.#keep(row, vector));
  }

  has(row: number): boolean {
    return this.#length[row]! >= 0;
  }

  #keep(row: number, vector: Float32Array): void {
    if (isEmpty(vector)) return;
    const mean = this.#mean;
    let greatest = 0;
    for (let d = 0; d < vector.length; d++) {
      greatest = Math.max(greatest, Math.abs(vector[d]! - mean[d]!));
    }
    const scale = Math.fround(greatest / GREATEST) || 1;
    const kept = new Int8Array(this.#memory, this.#rowsAt + row * this.#padded, this.#padded);
    let lost = 0;
    let length = 0;
    for (let d = 0; d < vector.length; d++) {
      const centred = vector[d]! - mean[d]!;
      const level = Math.max(-GREATEST, Math.min(GREATEST, Math.round(centred / scale)));
      kept[d] = level;
      lost += (centred - scale * level) ** 2;
      length += (scale * level) ** 2;
    }
    this.#scale[row] = scale;
    this.#lost[row] = Math.sqrt(lost) + ROUNDING;
    this.#length[row] = Math.sqrt(length) + ROUNDING;
  }

  /**
   * The rows of highest cosine, the highest first; at the same cosine the lower row.
   * @param query `[D]`, of length 1
   * @param rows the same file again
   * @param allowed null: every row
   */
  nearest(
    query: Float32Array,
    limit: number,
    rows: RowFile,
    allowed: RowMask | null = null,
  ): Neighbour[] {
    const { estimates, errorOfQuery, norm } = this.#estimate(query);
    const [lost, length] = [this.#lost, this.#length];
    const highest = new HighestValues(limit);
    for (let row = 0; row < estimates.length; row++) {
      const least = estimates[row]! - norm * lost[row]! - errorOfQuery * length[row]!;
      if (least > highest.least && mayBeFound(row, length, allowed)) highest.add(least);
    }
    const { least } = highest;
    const candidates: number[] = [];
    for (let row = 0; row < estimates.length; row++) {
      const most = estimates[row]! + norm * lost[row]! + errorOfQuery * length[row]!;
      if (most >= least && mayBeFound(row, length, allowed)) candidates.push(row);
    }
    const found: Neighbour[] = [];
    rows.visit(candidates, (row, vector) => {
      found.push({ row, similarity: cosine(query, vector) });
    });
    found.sort((a, b) => b.similarity - a.similarity || a.row - b.row);
    return found.slice(0, limit);
  }

  /** The cosines by what is kept: each is off by at most norm · lost + errorOfQuery · length. */
  #estimate(query: Float32Array): {
    estimates: Float64Array;
    norm: number;
    errorOfQuery: number;
  } {
    const { count, dimension } = this;
    const kept = new Int16Array(this.#memory, 0, this.#padded);
    let greatest = 0;
    let [norm, atMean] = [0, 0];
    for (let d = 0; d < dimension; d++) {
      greatest = Math.max(greatest, Math.abs(query[d]!));
      norm += query[d]! ** 2;
      atMean += query[d]! * this.#mean[d]!;
    }
    norm = Math.sqrt(norm);
    // So that no sum leaves int32: it is at most ‖query levels‖ · ‖row levels‖.
    const levels = Math.min(
      GREATEST_QUERY / (greatest || 1),
      (0.98 * GREATEST_SUM) / (GREATEST * Math.sqrt(dimension) * (norm || 1)),
    );
    let lostOfQuery = 0;
    for (let d = 0; d < dimension; d++) {
      kept[d] = Math.round(query[d]! * levels);
      lostOfQuery += (query[d]! - kept[d]! / levels) ** 2;
    }
    this.#kernel(0, this.#rowsAt, this.#scoresAt);
    const scores = new Int32Array(this.#memory, this.#scoresAt, count);
    const [estimates, scale] = [this.#estimates, this.#scale];
    for (let row = 0; row < count; row++) {
      estimates[row] = atMean + (scores[row]! * scale[row]!) / levels;
    }
    return { estimates, norm, errorOfQuery: Math.sqrt(lostOfQuery) + ROUNDING };
  }
}

function mayBeFound(row: number, length: Float32Array, allowed: RowMask | null): boolean {
  return length[row]! >= 0 && (!allowed || ((allowed[row >> 3]! >> (row & 7)) & 1) === 1);
}

/** In float64, so that equal contents have equal cosines and order does not depend on how a sum was split. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
}

function paddedTo(length: number, step: number): number {
  return Math.ceil(length / step) * step;
}

/** A sample without this modality has zeros in the file. */
function isEmpty(vector: Float32Array): boolean {
  for (let d = 0; d < vector.length; d++) if (vector[d] !== 0) return false;
  return true;
}

function meanOf(rows: RowFile, count: number, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  let vectors = 0;
  rows.scan(0, count, (_, vector) => {
    if (isEmpty(vector)) return;
    vectors++;
    for (let d = 0; d < dimension; d++) mean[d]! += vector[d]!;
  });
  return mean.map((sum) => sum / Math.max(1, vectors));
}

/** The k highest of the values that were added: a heap with the least of them on top. */
class HighestValues {
  readonly #heap: Float64Array;

  constructor(k: number) {
    this.#heap = new Float64Array(k).fill(Number.NEGATIVE_INFINITY);
  }

  /** The k-th highest; −∞ where fewer were added. */
  get least(): number {
    return this.#heap[0]!;
  }

  /** @param value above `least` */
  add(value: number): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
}
