import { maximum, mul, pow } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

/** Below this, a power less than 1 has a derivative too steep for float32. */
const FLOOR = 1e-8;

/** x^gamma for `x` in [0, 1]. Whole exponents are multiplied out: that is fast, and has a finite derivative at 0. */
export function power(x: Node, gamma: number): Node | number {
  if (gamma === 0) return 1;
  if (!Number.isInteger(gamma)) return pow(maximum(x, FLOOR), gamma);
  let result: Node | undefined;
  let square = x;
  for (let rest = gamma; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result ? mul(result, square) : square;
    if (rest > 1) square = mul(square, square);
  }
  return result as Node;
}
