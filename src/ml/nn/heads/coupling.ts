import { add, gemm, sigmoid } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { Scope } from '../scope.js';

/**
 * s' = s + U·Vᵀ·σ(s), with U and V `[L, rank]`: each label's logit hears which others are likely, as in a classifier chain
 * (Read et al. 2011, 10.1007/s10994-011-5256-5) but without an order. `logits` `[B, L]`; rank 0 leaves them as they are.
 * U starts at zero, so that nothing is coupled at first; V is random, so that U has a gradient.
 */
export function coupleLabels(scope: Scope, logits: Node, rank: number): Node {
  if (rank === 0) return logits;
  const numLabels = logits.shape[1] as number;
  const initializer = { kind: 'uniformFanIn', fanIn: numLabels } as const;
  const shape = [numLabels, rank];
  const read = scope.parameter('head.coupling.read', shape, initializer, { decay: true });
  const write = scope.parameter('head.coupling.write', shape, { kind: 'zeros' }, { decay: true });
  return add(logits, gemm(gemm(sigmoid(logits), read), write, { transB: true }));
}
