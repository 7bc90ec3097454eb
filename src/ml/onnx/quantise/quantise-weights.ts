/** Weights of a product, column by column: `weights[k, n] ≈ levels[k, n] * scales[n]`. */
export interface QuantisedWeights {
  /** `[K, N]`, -127..127: symmetric, so that no zero point is needed. */
  readonly levels: Int8Array;
  /** `[N]`; 1 of a column of zeros. */
  readonly scales: Float32Array;
}

/**
 * Each column with a scale of its own (per channel), by its largest weight: one outlier then costs its column alone.
 * @param weights `[K, N]`, or `[N, K]` where `isTransposed`
 */
export function quantiseWeights(
  weights: Float32Array,
  { inputs, outputs, isTransposed }: { inputs: number; outputs: number; isTransposed: boolean },
): QuantisedWeights {
  const [stepIn, stepOut] = isTransposed ? [1, inputs] : [outputs, 1];
  const scales = new Float32Array(outputs);
  for (let k = 0; k < inputs; k++) {
    for (let n = 0; n < outputs; n++) {
      const size = Math.abs(weights[k * stepIn + n * stepOut]!);
      if (!(size <= scales[n]!)) scales[n] = size;
    }
  }
  for (let n = 0; n < outputs; n++) scales[n] = scales[n] === 0 ? 1 : scales[n]! / 127;
  const levels = new Int8Array(inputs * outputs);
  for (let k = 0; k < inputs; k++) {
    for (let n = 0; n < outputs; n++) {
      const level = Math.round(weights[k * stepIn + n * stepOut]! / scales[n]!);
      levels[k * outputs + n] = Math.max(-127, Math.min(127, level));
    }
  }
  return { levels, scales };
}
