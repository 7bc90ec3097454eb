import { gemm } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Scope } from './scope.js';

/**
 * x·Wᵀ + b for `x` `[B, D]`, giving `[B, width]`. W is stored `[width, D]`: that is the layout in which ONNX Runtime's Gemm
 * is fastest.
 */
export function linearLayer(scope: Scope, name: string, x: Node, width: number): Node {
  const fanIn = x.shape[1] as number;
  const initializer = { kind: 'uniformFanIn', fanIn } as const;
  const weight = scope.parameter(`${name}.weight`, [width, fanIn], initializer, { decay: true });
  const bias = scope.parameter(`${name}.bias`, [width], { kind: 'zeros' }, { decay: false });
  return gemm(x, weight, { transB: true, bias });
}
