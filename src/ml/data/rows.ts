/** The rows 0 to `samples` − 1, in order. */
export function allRows(samples: number): Int32Array {
  return Int32Array.from({ length: samples }, (_, row) => row);
}

/** `rows` in pieces of `size`, the last of what is left. */
export function* cutRows(rows: Int32Array, size: number): Generator<Int32Array> {
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}
