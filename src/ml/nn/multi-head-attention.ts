import { matmul, mul, reshape, softmax, transpose } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { linearLayer } from './linear-layer.js';
import type { Scope } from './scope.js';

/**
 * Scaled dot-product attention (Vaswani et al. 2017, 1706.03762, section 3.2.2) of `queries` `[B, T, width]` to the tokens of
 * `context` `[B, S, width of its own]`: `[B, T, width]`. `heads` must divide `width`.
 * Keys have no bias: it would add the same to all scores of a query, which softmax takes out again.
 */
export function multiHeadAttention(
  scope: Scope,
  name: string,
  queries: Node,
  context: Node,
  heads: number,
): Node {
  const width = queries.shape[2] as number;
  /** Each head's part of every token: `[B, T, heads, width ÷ heads]` */
  const project = (part: string, x: Node, options = {}) => {
    const [batch, tokens] = x.shape;
    const projected = linearLayer(scope, `${name}.${part}`, x, width, options);
    return reshape(projected, [batch!, tokens!, heads, width / heads]);
  };
  const query = transpose(project('query', queries), [0, 2, 1, 3]);
  const key = transpose(project('key', context, { bias: false }), [0, 2, 3, 1]);
  const value = transpose(project('value', context), [0, 2, 1, 3]);
  const weights = softmax(matmul(mul(query, Math.sqrt(heads / width)), key));
  const found = transpose(matmul(weights, value), [0, 2, 1, 3]);
  return linearLayer(scope, `${name}.output`, reshape(found, queries.shape), width);
}
