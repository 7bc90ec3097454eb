import type { Dtype, TensorData } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import type { Op, OpAttrs, Shape } from '../graph/op.js';
import { formatShape, sizeOf } from '../graph/shape.js';
import { type OnnxAttribute, onnxDataType } from './model.js';

/** Where lowered nodes and initializers go. */
export interface Emitter {
  /** Returns `output`. */
  emit(
    type: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): string;
  /** A node with two outputs. */
  emitPair(type: string, inputs: readonly string[], outputs: readonly [string, string]): void;
  /** Returns the initializer's name. */
  initializer(tensor: TensorData): string;
}

/**
 * Emits the ONNX nodes of an op, given the names of its inputs, and returns the name under which its value then stands:
 * `output`, but for constants.
 */
type LowerRule<O extends Op> = (
  emitter: Emitter,
  inputs: readonly string[],
  output: string,
  attrs: OpAttrs[O],
) => string;

const direct =
  (type: string): LowerRule<Op> =>
  (emitter, inputs, output) =>
    emitter.emit(type, inputs, output);

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });

function integers(values: readonly number[]): TensorData {
  return { dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** Each op in ONNX's default domain (https://onnx.ai/onnx/operators/), opset `OPSET`. */
const LOWER: { readonly [O in Op]: LowerRule<O> } = {
  input: (_emitter, _inputs, output) => {
    throw new Error(`expected \`${output}\` to be an input of the model`);
  },
  constant: (emitter, _inputs, _output, attrs) => emitter.initializer(constantData(attrs)),
  cast: (emitter, inputs, output, { to }) =>
    emitter.emit('Cast', inputs, output, { to: int(onnxDataType(to)) }),
  neg: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  erf: direct('Erf'),
  sigmoid: direct('Sigmoid'),
  /** max(x, 0) + log(1 + e^−|x|): ONNX Runtime's Softplus takes one element after the other. */
  softplus: (emitter, [x], output) => {
    const part = (type: string, inputs: readonly string[], name: string) =>
      emitter.emit(type, inputs, `${output}.${name}`);
    const decay = part('Exp', [part('Neg', [part('Abs', [x!], 'size')], 'opposite')], 'decay');
    const one = emitter.initializer({ dtype: 'float32', shape: [], data: Float32Array.of(1) });
    const tail = part('Log', [part('Add', [decay, one], 'sum')], 'tail');
    return emitter.emit('Add', [part('Relu', [x!], 'straight'), tail], output);
  },
  relu: direct('Relu'),
  add: direct('Add'),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: direct('Div'),
  pow: direct('Pow'),
  minimum: direct('Min'),
  maximum: direct('Max'),
  greater: direct('Greater'),
  where: direct('Where'),
  gemm: (emitter, inputs, output, { transA, transB }) =>
    emitter.emit('Gemm', inputs, output, { transA: int(+transA), transB: int(+transB) }),
  matmul: direct('MatMul'),
  transpose: (emitter, inputs, output, { perm }) =>
    emitter.emit('Transpose', inputs, output, { perm: { kind: 'ints', value: [...perm] } }),
  gather: direct('Gather'),
  concat: (emitter, inputs, output, { axis }) =>
    emitter.emit('Concat', inputs, output, { axis: int(axis) }),
  slice: (emitter, [x], output, { axis, start, end }) => {
    const bounds = [start, end, axis].map((value) => emitter.initializer(integers([value])));
    return emitter.emit('Slice', [x!, ...bounds], output);
  },
  reduceSum: (emitter, [x], output, { axes }) =>
    emitter.emit('ReduceSum', [x!, emitter.initializer(integers(axes))], output),
  logSumExp: (emitter, [x], output, { axes }) =>
    emitter.emit('ReduceLogSumExp', [x!], output, { axes: { kind: 'ints', value: [...axes] } }),
  softmax: (emitter, inputs, output) => emitter.emit('Softmax', inputs, output, { axis: int(-1) }),
  // Its values are in descending order: the last is the k-th.
  kthLargest: (emitter, [x], output, { k }) => {
    const [last, end, axis] = [k - 1, k, -1].map((i) => emitter.initializer(integers([i])));
    const largest = `${output}.largest`;
    emitter.emitPair('TopK', [x!, end!], [largest, `${output}.places`]);
    return emitter.emit('Slice', [largest, last!, end!, axis!], output);
  },
  reshape: (emitter, [x], output, { shape }) =>
    emitter.emit('Reshape', [x!, emitter.initializer(integers(inferrable(shape)))], output),
  broadcastTo: (emitter, [x], output, { shape }) =>
    emitter.emit('Expand', [x!, staticShape(emitter, shape)], output),
};

/** Reshape infers one dimension, written −1. */
function inferrable(shape: Shape): number[] {
  const dims = shape.map((dim) => (typeof dim === 'number' ? dim : -1));
  if (dims.filter((dim) => dim === -1).length > 1) {
    throw new Error(
      `reshape: expected at most one symbolic size but received ${formatShape(shape)}`,
    );
  }
  return dims;
}

function staticShape(emitter: Emitter, shape: Shape): string {
  sizeOf(shape);
  return emitter.initializer(integers(shape as readonly number[]));
}

export function lowerNode<O extends Op>(
  emitter: Emitter,
  node: Node<O>,
  inputs: readonly string[],
  output: string,
): string {
  return LOWER[node.op](emitter, inputs, output, node.attrs);
}

const TYPED_ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** The elements of a constant as its dtype stores them. */
function constantData({ values, shape, dtype }: OpAttrs['constant']): TensorData {
  const length = sizeOf(shape);
  const all = values.length === length ? values : Array.from({ length }, () => values[0]!);
  const data = dtype === 'int64' ? BigInt64Array.from(all, BigInt) : arrayOf(dtype, all);
  return { dtype, shape, data };
}

function arrayOf(dtype: Exclude<Dtype, 'int64'>, values: readonly number[]) {
  return TYPED_ARRAYS[dtype].from(values);
}
