import { add, erf, mul, relu, sigmoid } from '../graph/build.js';
import type { Node } from '../graph/node.js';

/** Elementwise, any shape. */
export const ACTIVATIONS = {
  /** x·Φ(x), exact (Hendrycks and Gimpel 2016, 1606.08415). */
  GELU: (x: Node): Node => mul(x, add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5)),
  RELU: relu,
  /** x·σ(x) (1606.08415, section 2). */
  SILU: (x: Node): Node => mul(x, sigmoid(x)),
} as const satisfies Record<string, (x: Node) => Node>;

export type Activation = keyof typeof ACTIVATIONS;
