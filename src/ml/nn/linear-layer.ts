import { add, gemm, matmul, reshape, transpose } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Scope } from './scope.js';

/**
 * x·Wᵀ + b for `x` `[B, D]` or tokens `[B, T, D]`, giving `[B, width]` or `[B, T, width]`. W is stored `[width, D]`: that is
 * the layout in which ONNX Runtime's Gemm is fastest. `bias: false` leaves b out.
 */
export function linearLayer(
  scope: Scope,
  name: string,
  x: Node,
  width: number,
  { bias: biased = true }: { readonly bias?: boolean } = {},
): Node {
  const fanIn = x.shape.at(-1) as number;
  const initializer = { kind: 'uniformFanIn', fanIn } as const;
  const weight = scope.parameter(`${name}.weight`, [width, fanIn], initializer, { decay: true });
  const bias = biased
    ? scope.parameter(`${name}.bias`, [width], { kind: 'zeros' }, { decay: false })
    : undefined;
  if (x.shape.length === 2) return gemm(x, weight, { transB: true, bias });
  const [batch, tokens] = x.shape as [number | string, number];
  if (typeof batch === 'string') return add(matmul(x, transpose(weight)), bias ?? 0);
  // One product for all tokens, so that the weight's gradient is one product too.
  const rows = reshape(x, [batch * tokens, fanIn]);
  return reshape(gemm(rows, weight, { transB: true, bias }), [batch, tokens, width]);
}
