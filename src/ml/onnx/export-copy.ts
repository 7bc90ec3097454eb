import type { TensorData } from '../graph/dtype.js';
import { encodeModel } from './model.js';

/** The name of an output of `exportCopy`. */
export const copyOf = (name: string): string => `copy.${name}`;

/**
 * An ONNX file that does nothing: output `copy.<name>` is input `name`, in the dtypes and shapes of `tensors`. Run where inputs
 * lie elsewhere than outputs, it carries tensors to a device and back.
 */
export function exportCopy(tensors: Readonly<Record<string, TensorData>>): Uint8Array {
  const values = Object.entries(tensors).map(([name, { dtype, shape }]) => ({
    name,
    dtype,
    shape,
  }));
  return encodeModel({
    name: 'copy',
    nodes: values.map(({ name }) => {
      return { type: 'Identity', inputs: [name], outputs: [copyOf(name)] };
    }),
    initializers: {},
    inputs: values,
    outputs: values.map((value) => ({ ...value, name: copyOf(value.name) })),
  });
}
