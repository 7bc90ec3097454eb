import type { TensorData } from '../graph/dtype.js';

/** The part of a feed, which has a leading axis of steps, that belongs to one of them. */
export function ofStep({ dtype, shape, data }: TensorData, step: number): TensorData {
  const size = data.length / shape[0]!;
  return { dtype, shape: shape.slice(1), data: data.subarray(step * size, (step + 1) * size) };
}
