import type { Dtype } from './dtype.js';
import type { Node } from './node.js';
import type { Dim, Op, OpAttrs, Shape } from './op.js';
import { broadcastShapes, formatShape, sameShape, sameSize, sizeOf } from './shape.js';

interface Inferred {
  readonly shape: Shape;
  readonly dtype: Dtype;
}

type InferRule<O extends Op> = (inputs: readonly Node[], attrs: OpAttrs[O]) => Inferred;

/** A graph that does not fit together: a mistake of the code that builds it, never of a user. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
}

function describe(node: Node | undefined): string {
  return node ? `${node.dtype}${formatShape(node.shape)}` : 'nothing';
}

function fail(op: Op, expected: string, inputs: readonly Node[]): never {
  const received = inputs.length === 0 ? 'no inputs' : inputs.map(describe).join(', ');
  throw new GraphError(`${op}: expected ${expected} but received ${received}`);
}

function arity(op: Op, inputs: readonly Node[], ...counts: number[]): void {
  if (!counts.includes(inputs.length)) fail(op, `${counts.join(' or ')} inputs`, inputs);
}

function unary(op: Op): InferRule<Op> {
  return (inputs) => {
    arity(op, inputs, 1);
    const [x] = inputs as [Node];
    if (x.dtype !== 'float32') fail(op, 'a float32 input', inputs);
    return { shape: x.shape, dtype: 'float32' };
  };
}

function binary(op: Op, dtype: Dtype = 'float32'): InferRule<Op> {
  return (inputs) => {
    arity(op, inputs, 2);
    const [a, b] = inputs as [Node, Node];
    if (a.dtype !== 'float32' || b.dtype !== 'float32') fail(op, 'float32 inputs', inputs);
    return {
      shape: broadcastShapes(a.shape, b.shape) ?? fail(op, 'broadcastable shapes', inputs),
      dtype,
    };
  };
}

function checkAxis(op: Op, axis: number, inputs: readonly Node[]): void {
  const rank = inputs[0]!.shape.length;
  if (!Number.isInteger(axis) || axis < 0 || axis >= rank) {
    fail(op, `an axis of 0 to ${rank - 1}, not ${axis},`, inputs);
  }
}

function reduction(op: 'reduceSum' | 'logSumExp'): InferRule<typeof op> {
  return (inputs, { axes }) => {
    arity(op, inputs, 1);
    const [x] = inputs as [Node];
    if (x.dtype !== 'float32') fail(op, 'a float32 input', inputs);
    if (axes.length === 0 || new Set(axes).size !== axes.length) {
      fail(op, `distinct axes, not ${formatShape(axes)},`, inputs);
    }
    for (const axis of axes) checkAxis(op, axis, inputs);
    const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    return { shape, dtype: 'float32' };
  };
}

/** Shape and dtype of every op. */
export const INFER: { readonly [O in Op]: InferRule<O> } = {
  input: (inputs, { shape, dtype }) => {
    arity('input', inputs, 0);
    return { shape, dtype };
  },
  constant: (inputs, { values, shape, dtype }) => {
    arity('constant', inputs, 0);
    if (values.length !== 1 && values.length !== sizeOf(shape)) {
      throw new GraphError(
        `constant: expected 1 or ${sizeOf(shape)} values for ${formatShape(shape)} but received ${values.length}`,
      );
    }
    return { shape, dtype };
  },
  cast: (inputs, { to }) => {
    arity('cast', inputs, 1);
    return { shape: inputs[0]!.shape, dtype: to };
  },
  neg: unary('neg'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  erf: unary('erf'),
  sigmoid: unary('sigmoid'),
  softplus: unary('softplus'),
  relu: unary('relu'),
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  pow: binary('pow'),
  minimum: binary('minimum'),
  maximum: binary('maximum'),
  greater: binary('greater', 'bool'),
  where: (inputs) => {
    arity('where', inputs, 3);
    const [condition, a, b] = inputs as [Node, Node, Node];
    if (condition.dtype !== 'bool') fail('where', 'a bool condition', inputs);
    if (a.dtype !== 'float32' || b.dtype !== 'float32') fail('where', 'float32 branches', inputs);
    const branches = broadcastShapes(a.shape, b.shape);
    const shape = branches && broadcastShapes(condition.shape, branches);
    return { shape: shape ?? fail('where', 'broadcastable shapes', inputs), dtype: 'float32' };
  },
  gemm: (inputs, { transA, transB }) => {
    arity('gemm', inputs, 2, 3);
    const [a, b, c] = inputs as [Node, Node, Node | undefined];
    if (inputs.some((input) => input.dtype !== 'float32')) fail('gemm', 'float32 inputs', inputs);
    if (a.shape.length !== 2 || b.shape.length !== 2) fail('gemm', 'matrices', inputs);
    const [rows, innerA] = (transA ? [...a.shape].reverse() : a.shape) as [Dim, Dim];
    const [innerB, columns] = (transB ? [...b.shape].reverse() : b.shape) as [Dim, Dim];
    const letters = `A${transA ? 'ᵀ' : ''}·B${transB ? 'ᵀ' : ''}`;
    if (innerA !== innerB) fail('gemm', `equal inner dimensions of ${letters}`, inputs);
    const shape = [rows, columns];
    if (c) {
      const common = broadcastShapes(c.shape, shape);
      if (!common || !sameShape(common, shape)) {
        fail('gemm', `a bias that broadcasts to ${formatShape(shape)}`, inputs);
      }
    }
    return { shape, dtype: 'float32' };
  },
  matmul: (inputs) => {
    arity('matmul', inputs, 2);
    const [a, b] = inputs as [Node, Node];
    if (a.dtype !== 'float32' || b.dtype !== 'float32') fail('matmul', 'float32 inputs', inputs);
    if (a.shape.length < 2 || b.shape.length < 2) fail('matmul', 'at least two axes', inputs);
    const [rows, innerA] = a.shape.slice(-2) as [Dim, Dim];
    const [innerB, columns] = b.shape.slice(-2) as [Dim, Dim];
    if (innerA !== innerB) fail('matmul', 'equal inner dimensions', inputs);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (!batch) fail('matmul', 'broadcastable leading axes', inputs);
    return { shape: [...batch, rows, columns], dtype: 'float32' };
  },
  transpose: (inputs, { perm }) => {
    arity('transpose', inputs, 1);
    const [x] = inputs as [Node];
    const axes = x.shape.map((_, axis) => axis);
    if (!sameShape([...perm].sort(), axes)) {
      fail(
        'transpose',
        `each of the axes ${formatShape(axes)} once in ${formatShape(perm)}`,
        inputs,
      );
    }
    return { shape: perm.map((axis) => x.shape[axis]!), dtype: x.dtype };
  },
  gather: (inputs) => {
    arity('gather', inputs, 2);
    const [rows, indices] = inputs as [Node, Node];
    if (rows.shape.length === 0) fail('gather', 'rows to choose from', inputs);
    if (indices.dtype !== 'int32' && indices.dtype !== 'int64') {
      fail('gather', 'int32 or int64 indices', inputs);
    }
    return { shape: [...indices.shape, ...rows.shape.slice(1)], dtype: rows.dtype };
  },
  concat: (inputs, { axis }) => {
    if (inputs.length === 0) fail('concat', 'at least one input', inputs);
    checkAxis('concat', axis, inputs);
    const first = inputs[0]!;
    let total = 0;
    for (const input of inputs) {
      const dim = input.shape[axis];
      const others = (node: Node) => node.shape.filter((_, at) => at !== axis);
      if (input.dtype !== first.dtype || !sameShape(others(input), others(first))) {
        fail('concat', `one dtype, and equal shapes but for axis ${axis},`, inputs);
      }
      if (typeof dim !== 'number') fail('concat', `a static axis ${axis}`, inputs);
      total += dim;
    }
    return { shape: first.shape.map((dim, at) => (at === axis ? total : dim)), dtype: first.dtype };
  },
  slice: (inputs, { axis, start, end }) => {
    arity('slice', inputs, 1);
    checkAxis('slice', axis, inputs);
    const [x] = inputs as [Node];
    const dim = x.shape[axis];
    if (typeof dim !== 'number' || start < 0 || end > dim || start >= end) {
      fail('slice', `a static axis ${axis} that holds ${start} … ${end}`, inputs);
    }
    return { shape: x.shape.map((d, at) => (at === axis ? end - start : d)), dtype: x.dtype };
  },
  reduceSum: reduction('reduceSum'),
  logSumExp: reduction('logSumExp'),
  softmax: (inputs, attrs) => {
    if (inputs[0]?.shape.length === 0) fail('softmax', 'at least one axis', inputs);
    return unary('softmax')(inputs, attrs);
  },
  kthLargest: (inputs, { k }) => {
    arity('kthLargest', inputs, 1);
    const [x] = inputs as [Node];
    const size = x.shape.at(-1);
    if (x.dtype !== 'float32') fail('kthLargest', 'a float32 input', inputs);
    if (typeof size !== 'number' || !Number.isInteger(k) || k < 1 || k > size) {
      fail('kthLargest', `a static last axis of at least k (${k}) of 1 or more`, inputs);
    }
    return { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' };
  },
  reshape: (inputs, { shape }) => {
    arity('reshape', inputs, 1);
    const [x] = inputs as [Node];
    if (!sameSize(x.shape, shape)) {
      fail('reshape', `as many elements as ${formatShape(shape)} has`, inputs);
    }
    return { shape, dtype: x.dtype };
  },
  broadcastTo: (inputs, { shape }) => {
    arity('broadcastTo', inputs, 1);
    const [x] = inputs as [Node];
    const common = broadcastShapes(x.shape, shape);
    if (x.dtype !== 'float32') fail('broadcastTo', 'a float32 input', inputs);
    if (!common || !sameShape(common, shape)) {
      fail('broadcastTo', `a shape that broadcasts to ${formatShape(shape)}`, inputs);
    }
    return { shape, dtype: 'float32' };
  },
};
