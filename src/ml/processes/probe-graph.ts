import { Rng } from '../data/rng.js';
import {
  add,
  constant,
  gemm,
  input,
  mul,
  reduceMean,
  sigmoid,
  softmax,
  sub,
} from '../graph/build.js';
import type { TensorData } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';

/** Half of a ViT-B/32's. */
export const PROBE_WIDTH = 512;
const HIDDEN = 4 * PROBE_WIDTH;

/**
 * What most of a CLIP's time goes into: a centred residual block of two products (4.2 MFLOP a row) with a gate between them,
 * and a softmax. The same numbers for ever.
 */
export function probeGraph(rows: number): Record<string, Node> {
  const rng = Rng.fromSeed(20261126);
  const weight = (height: number, width: number) =>
    constant(
      Array.from({ length: height * width }, () => (rng.uniform() - 0.5) * (4 / Math.sqrt(height))),
      [height, width],
    );
  const x = input('x', [rows, PROBE_WIDTH]);
  const hidden = gemm(sub(x, reduceMean(x, [1], true)), weight(PROBE_WIDTH, HIDDEN));
  const gated = mul(hidden, sigmoid(mul(hidden, 1.702)));
  const y = add(x, gemm(gated, weight(HIDDEN, PROBE_WIDTH)));
  return { y: sub(y, softmax(y)) };
}

export function probeInput(rows: number): TensorData {
  const rng = Rng.fromSeed(1);
  const data = Float32Array.from({ length: rows * PROBE_WIDTH }, () => rng.uniform() - 0.5);
  return { dtype: 'float32', shape: [rows, PROBE_WIDTH], data };
}
