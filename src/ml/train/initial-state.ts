import type { Rng } from '../data/rng.js';
import type { TensorData } from '../graph/dtype.js';
import { sizeOf } from '../graph/shape.js';
import { initialize } from '../nn/initializer.js';
import type { TrainStep } from './train-step.js';

/** Parameters drawn in the order of their declaration, or as `given` says, and optimizer slots zero; by name. */
export function initialState(
  step: TrainStep,
  rng: Rng,
  given: Readonly<Record<string, TensorData>> = {},
): Record<string, TensorData> {
  const state: Record<string, TensorData> = {};
  for (const { name, shape, initializer } of [...step.parameters, ...step.statistics]) {
    state[name] = {
      dtype: 'float32',
      shape,
      data: initialize(initializer, sizeOf(shape), rng, given),
    };
  }
  for (const { name, shape } of step.slots) {
    state[name] = { dtype: 'float32', shape, data: new Float32Array(sizeOf(shape)) };
  }
  return state;
}
