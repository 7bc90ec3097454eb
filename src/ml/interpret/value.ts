/** A tensor of the reference interpreter, row-major; every dtype is held as float64, bool as 0 and 1. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function makeValue(data: ArrayLike<number>, shape: readonly number[]): Value {
  const value = { shape, data: Float64Array.from(data) };
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (value.data.length !== size) {
    throw new Error(
      `expected ${size} elements for [${shape.join(', ')}] but received ${data.length}`,
    );
  }
  return value;
}

export function filled(shape: readonly number[], fill = 0): Value {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return { shape, data: new Float64Array(size).fill(fill) };
}

/**
 * For every element of a tensor of `shape`, in order, the offset of the element of `source` that broadcasts to it.
 */
export function broadcastOffsets(source: readonly number[], shape: readonly number[]): Int32Array {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const offsets = new Int32Array(size);
  const skipped = shape.length - source.length;
  for (let at = 0; at < size; at++) {
    let rest = at;
    let offset = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= skipped; axis--) {
      const dim = source[axis - skipped]!;
      const index = rest % shape[axis]!;
      rest = (rest - index) / shape[axis]!;
      if (dim !== 1) offset += index * stride;
      stride *= dim;
    }
    offsets[at] = offset;
  }
  return offsets;
}
