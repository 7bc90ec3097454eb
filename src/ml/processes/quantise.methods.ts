export type QuantiseMethods = {
  /** Paths of two ONNX files, the first of which has been checked. To how many products were found. */
  quantise: { payload: { from: string; to: string }; result: number };
};
