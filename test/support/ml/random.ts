import { Rng } from '../../../src/ml/data/rng.js';
import { makeValue, type Value } from '../../../src/ml/interpret/value.js';

/** Uniform values of [low, high), the same for the same seed. */
export function randomValue(shape: readonly number[], seed: number, low = -1, high = 1): Value {
  const rng = Rng.fromSeed(seed);
  const length = shape.reduce((product, dim) => product * dim, 1);
  return makeValue(
    Array.from({ length }, () => low + (high - low) * rng.uniform()),
    shape,
  );
}
