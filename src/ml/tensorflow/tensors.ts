import type { Dtype, TensorData } from '../graph/dtype.js';
import type { Tensors } from '../runtime/session.js';
import { TENSORFLOW_DTYPES } from './kernels.js';
import type { Tensor, TensorFlow } from './tensorflow.js';

/** Whole numbers become int32: what is fed are rows and targets, none of them larger. */
export function toTensor(tf: TensorFlow, { dtype, shape, data }: TensorData): Tensor {
  const whole = dtype === 'uint8' || dtype === 'int64';
  const values = whole
    ? Int32Array.from(data as Iterable<number | bigint>, Number)
    : (data as Exclude<TensorData['data'], BigInt64Array>);
  return tf.tensor(values, [...shape], TENSORFLOW_DTYPES[dtype]);
}

export function toTensors(tf: TensorFlow, values: Tensors): Record<string, Tensor> {
  const entries = Object.entries(values).map(([name, value]) => [name, toTensor(tf, value)]);
  return Object.fromEntries(entries);
}

/** Waits for the device. */
export function fromTensors(tensors: Readonly<Record<string, Tensor>>): Tensors {
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    const { dtype, shape } = tensor;
    return [name, { dtype: dtype as Dtype, shape, data: tensor.dataSync() }];
  });
  return Object.fromEntries(entries);
}
