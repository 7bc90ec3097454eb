import type { Node } from '../graph/node.js';
import { ACTIVATIONS } from './activations.js';
import { linearLayer } from './linear-layer.js';
import type { Scope } from './scope.js';

/** W2·GELU(W1·x + b1) + b2 for `x` `[…, W]`, `hidden` wide in the middle; `bias: false` leaves b2 out. */
export function feedForward(
  scope: Scope,
  name: string,
  x: Node,
  hidden: number,
  options: { readonly bias: boolean } = { bias: true },
): Node {
  const inner = ACTIVATIONS.GELU(linearLayer(scope, `${name}.hidden`, x, hidden));
  return linearLayer(scope, `${name}.output`, inner, x.shape.at(-1) as number, options);
}
