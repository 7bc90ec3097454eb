import { add, log, matmul, mul, reshape, softmax, transpose } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { linearLayer } from './linear-layer.js';
import type { Scope } from './scope.js';

/**
 * Multi-head attention (Vaswani et al. 2017, 1706.03762, section 3.2.2): softmax(q·kᵀ/√d)·v in each of `heads` parts of
 * d = W ÷ `heads`, then a linear layer. `queries`: `[B, Q, W]`, or `[Q, W]` where every sample has the same; keys and values
 * come from `tokens` `[B, T, W]`. Gives `[B, Q, W]`. With `presence` `[B, T]`, weights are shared out in proportion to it: absent
 * tokens, with 0, get none.
 *
 * Keys have no bias: it would move all logits of a query alike, which softmax does not see.
 */
export function attention(
  scope: Scope,
  name: string,
  queries: Node,
  tokens: Node,
  heads: number,
  presence?: Node,
): Node {
  const [batch, , width] = tokens.shape as [number | string, number, number];
  const size = width / heads;
  const project = (part: string, x: Node, bias = true) => {
    const projected = linearLayer(scope, `${name}.${part}`, x, width, { bias });
    return reshape(projected, [...x.shape.slice(0, -1), heads, size]);
  };
  const q = mul(project('query', queries), 1 / Math.sqrt(size));
  const k = project('key', tokens, false);
  const v = project('value', tokens);
  const byHead = q.shape.length === 3 ? [1, 0, 2] : [0, 2, 1, 3];
  const scores = matmul(transpose(q, byHead), transpose(k, [0, 2, 3, 1]));
  const weights = softmax(presence ? add(scores, logPresence(presence)) : scores);
  const mixed = transpose(matmul(weights, transpose(v, [0, 2, 1, 3])), [0, 2, 1, 3]);
  const joined = reshape(mixed, [batch, mixed.shape[1]!, width]);
  return linearLayer(scope, `${name}.output`, joined, width);
}

/** So small that it is nothing beside the weights of others, and still no zero in float32. */
const NOTHING = 1e-30;

/** `[B, T]` → `[B, 1, 1, T]`, to be added to scores before the softmax. */
function logPresence(presence: Node): Node {
  const [batch, tokens] = presence.shape as [number | string, number];
  return reshape(log(add(presence, NOTHING)), [batch, 1, 1, tokens]);
}
