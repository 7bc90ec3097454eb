import {
  broadcastTo,
  cast,
  concat,
  constant,
  div,
  exp,
  gemm,
  greater,
  log,
  matmul,
  mul,
  neg,
  pow,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  sub,
  sumTo,
  swapLast,
  transpose,
  where,
} from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Op } from '../graph/op.js';

/**
 * `gradOut`: the derivative of the loss by the node, in the node's shape. Returns, input by input, the derivative by that
 * input in its shape, as a node; null where none flows (indices, conditions). Rules never compute numbers.
 */
export type GradientRule<O extends Op> = (node: Node<O>, gradOut: Node) => readonly (Node | null)[];

type Pair = readonly [Node, Node];

/** A rule for an elementwise op of two inputs: what each sees before broadcasting is undone. */
function broadcasting<O extends Op>(
  rule: (a: Node, b: Node, gradOut: Node, node: Node<O>) => Pair,
): GradientRule<O> {
  return (node, gradOut) => {
    const [a, b] = node.inputs as Pair;
    const [gradA, gradB] = rule(a, b, gradOut, node);
    return [sumTo(gradA, a.shape), sumTo(gradB, b.shape)];
  };
}

/** Where both sides are equal the derivative goes to the right side, as it does for ReLU at 0. */
const pick =
  (larger: boolean) =>
  (a: Node, b: Node, gradOut: Node): Pair => {
    const left = larger ? greater(a, b) : greater(b, a);
    return [where(left, gradOut, 0), where(left, 0, gradOut)];
  };

/** No derivative reaches the inputs: leaves, and ops that are constant almost everywhere. */
const none = (node: Node): null[] => node.inputs.map(() => null);

export const GRADIENT_RULES: { readonly [O in Op]: GradientRule<O> } = {
  input: none,
  constant: none,
  cast: none,
  neg: (_, gradOut) => [neg(gradOut)],
  exp: (node, gradOut) => [mul(gradOut, node)],
  log: (node, gradOut) => [div(gradOut, node.inputs[0]!)],
  sqrt: (node, gradOut) => [div(mul(gradOut, 0.5), node)],
  erf: (node, gradOut) => {
    const x = node.inputs[0]!;
    return [mul(gradOut, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))];
  },
  sigmoid: (node, gradOut) => [mul(gradOut, mul(node, sub(1, node)))],
  softplus: (node, gradOut) => [mul(gradOut, sigmoid(node.inputs[0]!))],
  /**
   * A product: ONNX Runtime's Where takes three times as long. Of the result, which is above 0 where the input is: where nothing
   * else needs the input, ONNX Runtime makes one op of a product and its ReLU.
   */
  relu: (node, gradOut) => [mul(gradOut, cast(greater(node, 0), 'float32'))],
  add: broadcasting((_a, _b, gradOut) => [gradOut, gradOut]),
  sub: broadcasting((_a, _b, gradOut) => [gradOut, neg(gradOut)]),
  mul: broadcasting((a, b, gradOut) => [mul(gradOut, b), mul(gradOut, a)]),
  div: broadcasting((_a, b, gradOut, node) => {
    const scaled = div(gradOut, b);
    return [scaled, neg(mul(scaled, node))];
  }),
  pow: broadcasting((a, b, gradOut, node) => [
    mul(gradOut, mul(b, pow(a, sub(b, 1)))),
    mul(gradOut, mul(node, log(a))),
  ]),
  minimum: broadcasting(pick(false)),
  maximum: broadcasting(pick(true)),
  greater: none,
  where: (node, gradOut) => {
    const [condition, a, b] = node.inputs as [Node, Node, Node];
    return [
      null,
      sumTo(where(condition, gradOut, 0), a.shape),
      sumTo(where(condition, 0, gradOut), b.shape),
    ];
  },
  gemm: gemmRule,
  matmul: (node, gradOut) => {
    const [a, b] = node.inputs as Pair;
    return [
      sumTo(matmul(gradOut, swapLast(b)), a.shape),
      sumTo(matmul(swapLast(a), gradOut), b.shape),
    ];
  },
  transpose: (node, gradOut) => {
    const { perm } = node.attrs;
    return [
      transpose(
        gradOut,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
    ];
  },
  gather: none,
  concat: (node, gradOut) => {
    const { axis } = node.attrs;
    let start = 0;
    return node.inputs.map((input) => {
      const end = start + (input.shape[axis] as number);
      const part = slice(gradOut, axis, start, end);
      start = end;
      return part;
    });
  },
  slice: (node, gradOut) => {
    const { axis, start, end } = node.attrs;
    const { shape } = node.inputs[0]!;
    const zeros = (size: number) =>
      broadcastTo(
        constant(0),
        shape.map((dim, at) => (at === axis ? size : dim)),
      );
    const parts = [zeros(start), gradOut, zeros((shape[axis] as number) - end)];
    return [
      concat(
        parts.filter((part) => part.shape[axis] !== 0),
        axis,
      ),
    ];
  },
  reduceSum: (node, gradOut) => [broadcastTo(gradOut, node.inputs[0]!.shape)],
  logSumExp: (node, gradOut) => [mul(gradOut, exp(sub(node.inputs[0]!, node)))],
  softmax: (node, gradOut) => {
    const flow = mul(gradOut, node);
    return [sub(flow, mul(node, reduceSum(flow, [node.shape.length - 1], true)))];
  },
  kthLargest: (node, gradOut) => {
    const x = node.inputs[0]!;
    // 1 where x is the value taken; elements that tie share the derivative.
    const taken = where(greater(x, node), 0, where(greater(node, x), 0, 1));
    return [mul(gradOut, div(taken, reduceSum(taken, [x.shape.length - 1], true)))];
  },
  reshape: (node, gradOut) => [reshape(gradOut, node.inputs[0]!.shape)],
  broadcastTo: (node, gradOut) => [sumTo(gradOut, node.inputs[0]!.shape)],
};

/**
 * C = A·B (+ bias). Every product is written so that no large operand needs transposing inside the kernel: ONNX Runtime
 * is fastest with B transposed, nearly so with neither, and slow with A transposed, so the gradient on that side is
 * transposed on its own first (spikes/README.md).
 */
function gemmRule(node: Node<'gemm'>, gradOut: Node): readonly (Node | null)[] {
  const [a, b, bias] = node.inputs as [Node, Node, Node | undefined];
  const { transA, transB } = node.attrs;
  const gradA = transA
    ? gemm(b, gradOut, { transA: transB, transB: true })
    : gemm(gradOut, b, { transB: !transB });
  const gradB = transB
    ? gemm(transpose(gradOut), a, { transB: transA })
    : gemm(transA ? a : transpose(a), gradOut);
  return bias ? [gradA, gradB, sumTo(gradOut, bias.shape)] : [gradA, gradB];
}
