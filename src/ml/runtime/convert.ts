import * as ort from 'onnxruntime-node';
import type { Dtype, DtypeArrays, TensorData } from '../graph/dtype.js';

export function toOrt({ dtype, data, shape }: TensorData): ort.Tensor {
  return new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
}

/** `tensor` lies in the CPU's memory. */
export function fromOrt(tensor: ort.Tensor): TensorData {
  const dtype = tensor.type as Dtype;
  return { dtype, shape: tensor.dims, data: tensor.data as DtypeArrays[Dtype] };
}
