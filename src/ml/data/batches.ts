import type { Rng } from './rng.js';

/** The order in which an epoch visits its samples. */
export interface EpochOrder {
  readonly steps: number;
  /** `[steps × batchSize]`: rows of the dataset; the last batch is filled up with its own first row. */
  readonly rows: Int32Array;
  /** Real samples in each step. */
  readonly counts: Int32Array;
}

/** Shuffles `samples` (rows of the dataset) into batches. Every sample is used once an epoch, none is dropped. */
export function drawEpoch(samples: ArrayLike<number>, batchSize: number, rng: Rng): EpochOrder {
  const order = rng.shuffle(Int32Array.from(samples));
  const steps = Math.ceil(order.length / batchSize);
  const rows = new Int32Array(steps * batchSize).fill(order[(steps - 1) * batchSize]!);
  rows.set(order);
  const counts = Int32Array.from({ length: steps }, (_, step) =>
    Math.min(batchSize, order.length - step * batchSize),
  );
  return { steps, rows, counts };
}

/** `[counts.length × batchSize]`: 1 ÷ (real samples × numLabels) for real rows, 0 for those that fill up. */
export function rowWeights(counts: Int32Array, batchSize: number, numLabels: number): Float32Array {
  const weights = new Float32Array(counts.length * batchSize);
  counts.forEach((count, step) => {
    weights.fill(1 / (count * numLabels), step * batchSize, step * batchSize + count);
  });
  return weights;
}

/**
 * `[counts.length × batchSize]`: for each of `rows` another one of its batch, the next, and for the last the first. Only real
 * rows are given to real rows; those that fill up keep themselves, and so does a real row that is alone.
 */
export function partnerRows(rows: Int32Array, counts: Int32Array, batchSize: number): Int32Array {
  const partners = rows.slice();
  counts.forEach((count, step) => {
    const first = step * batchSize;
    partners.copyWithin(first, first + 1, first + count);
    partners[first + count - 1] = rows[first]!;
  });
  return partners;
}
