/** Element types of graph values. `float32` alone carries gradients. */
export const DTYPES = ['float32', 'int32', 'int64', 'uint8', 'bool'] as const;
export type Dtype = (typeof DTYPES)[number];

/** What holds the elements outside the graph; `bool` is one byte of 0 or 1. */
export interface DtypeArrays {
  float32: Float32Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** A dense row-major tensor outside the graph. */
export interface TensorData<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DtypeArrays[D];
}
