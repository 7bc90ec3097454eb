import { add } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { layerNorm } from './layer-norm.js';
import type { Scope } from './scope.js';

/**
 * x + dropout(layer(LayerNorm(x))): a residual layer with its norm inside the branch (Xiong et al. 2020, 2002.04745).
 * `layer` keeps the shape.
 */
export function preNorm(
  scope: Scope,
  name: string,
  x: Node,
  dropout: number,
  layer: (normalized: Node) => Node,
): Node {
  const branch = layer(layerNorm(scope, `${name}.norm`, x));
  return add(x, scope.dropout(`${name}.mask`, branch, dropout));
}
