import { fromFloat16, toFloat16 } from '../data/float16.js';
import { l2NormalizeRows } from './l2-normalize.js';

/**
 * Puts an embedding into `rows` at `start`, L2-normalised, and its tokens behind it; these rounded as they are stored, so that
 * nothing depends on whether they were.
 */
export function putRow(
  rows: Float32Array,
  start: number,
  vector: Float32Array,
  tokens: Float32Array | undefined,
): void {
  rows.set(vector, start);
  l2NormalizeRows(rows.subarray(start, start + vector.length), vector.length);
  if (tokens) rows.set(fromFloat16(toFloat16(tokens)), start + vector.length);
}
