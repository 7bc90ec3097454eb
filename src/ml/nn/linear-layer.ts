import { add, gemm, matmul, reshape, transpose } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Scope } from './scope.js';

/**
 * x·Wᵀ + b for `x` `[B, D]` or tokens `[B, T, D]`, giving `[B, width]` or `[B, T, width]`. W is stored `[width, D]`: that is
 * the layout in which ONNX Runtime's Gemm is fastest.
 */
export function linearLayer(scope: Scope, name: string, x: Node, width: number): Node {
  const fanIn = x.shape.at(-1) as number;
  const initializer = { kind: 'uniformFanIn', fanIn } as const;
  const weight = scope.parameter(`${name}.weight`, [width, fanIn], initializer, { decay: true });
  const bias = scope.parameter(`${name}.bias`, [width], { kind: 'zeros' }, { decay: false });
  if (x.shape.length === 2) return gemm(x, weight, { transB: true, bias });
  const [batch, tokens] = x.shape as [number | string, number];
  if (typeof batch === 'string') return add(matmul(x, transpose(weight)), bias);
  // One product for all tokens, so that the weight's gradient is one product too.
  const rows = reshape(x, [batch * tokens, fanIn]);
  return reshape(gemm(rows, weight, { transB: true, bias }), [batch, tokens, width]);
}
