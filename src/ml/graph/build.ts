import type { Dtype } from './dtype.js';
import { makeNode } from './make-node.js';
import { isOp, type Node } from './node.js';
import type { OpAttrs, Shape } from './op.js';
import { broadcastShapes, repeatedAxes, sameShape } from './shape.js';

const NONE = Object.freeze({});

export function input(name: string, shape: Shape, dtype: Dtype = 'float32'): Node<'input'> {
  return makeNode('input', [], { name, shape, dtype });
}

/** `values` in row-major order; one value fills the whole shape. */
export function constant(
  values: number | readonly number[],
  shape: readonly number[] = [],
  dtype: Dtype = 'float32',
): Node<'constant'> {
  return makeNode('constant', [], {
    values: typeof values === 'number' ? [values] : [...values],
    shape,
    dtype,
  });
}

type Unary = 'neg' | 'exp' | 'log' | 'sqrt' | 'erf' | 'sigmoid' | 'softplus' | 'relu';
const unary = (op: Unary) => (x: Node) => makeNode(op, [x], NONE);

export const neg = unary('neg');
export const exp = unary('exp');
export const log = unary('log');
export const sqrt = unary('sqrt');
export const erf = unary('erf');
export const sigmoid = unary('sigmoid');
/** log(1 + eˣ), finite for every finite x. */
export const softplus = unary('softplus');
export const relu = unary('relu');

export const cast = (x: Node, to: Dtype): Node =>
  x.dtype === to ? x : makeNode('cast', [x], { to });

type Operand = Node | number;
const asNode = (x: Operand): Node => (typeof x === 'number' ? constant(x) : x);

export function add(a: Operand, b: Operand): Node {
  const [left, right] = [asNode(a), asNode(b)];
  if (isAll(right, 0) && absorbs(left, right)) return left;
  if (isAll(left, 0) && absorbs(right, left)) return right;
  return binary('add', left, right);
}

export function sub(a: Operand, b: Operand): Node {
  const [left, right] = [asNode(a), asNode(b)];
  if (isAll(right, 0) && absorbs(left, right)) return left;
  return binary('sub', left, right);
}

export function mul(a: Operand, b: Operand): Node {
  const [left, right] = [asNode(a), asNode(b)];
  if (isAll(right, 1) && absorbs(left, right)) return left;
  if (isAll(left, 1) && absorbs(right, left)) return right;
  return binary('mul', left, right);
}

export function div(a: Operand, b: Operand): Node {
  return binary('div', asNode(a), asNode(b));
}

export const pow = (a: Operand, b: Operand): Node => binary('pow', asNode(a), asNode(b));
export const minimum = (a: Operand, b: Operand): Node => binary('minimum', asNode(a), asNode(b));
export const maximum = (a: Operand, b: Operand): Node => binary('maximum', asNode(a), asNode(b));
export const greater = (a: Operand, b: Operand): Node => binary('greater', asNode(a), asNode(b));

export function where(condition: Node, a: Operand, b: Operand): Node {
  return makeNode('where', [condition, asNode(a), asNode(b)], NONE);
}

/** A·B, either transposed as asked, plus `bias` where given (it broadcasts to the product). */
export function gemm(
  a: Node,
  b: Node,
  options: Partial<OpAttrs['gemm']> & { bias?: Node | undefined } = {},
): Node {
  const { transA = false, transB = false, bias } = options;
  return makeNode('gemm', bias ? [a, b, bias] : [a, b], { transA, transB });
}

/**
 * A·B over the last two axes; the axes before them broadcast (NumPy's matmul for operands of at least two axes). For plain
 * matrices `gemm` is faster.
 */
export const matmul = (a: Node, b: Node): Node => makeNode('matmul', [a, b], NONE);

/** Axis i of the result is axis `perm[i]` of `x`; a matrix is turned over when it is left out. */
export const transpose = (x: Node, perm: readonly number[] = [1, 0]): Node =>
  makeNode('transpose', [x], { perm });

/** The last two axes exchanged. */
export function swapLast(x: Node): Node {
  const perm = x.shape.map((_, axis) => axis);
  const [row, column] = perm.splice(-2) as [number, number];
  return transpose(x, [...perm, column, row]);
}

/** Rows of `rows` `[n, …]` at `indices` `[…]`. */
export const gather = (rows: Node, indices: Node): Node =>
  makeNode('gather', [rows, indices], NONE);

/** Neighbouring slices of one node are taken from it as one. */
export function concat(inputs: readonly Node[], axis: number): Node {
  const parts: Node[] = [];
  for (const part of inputs) {
    const both = parts.length > 0 ? reunited(parts.at(-1)!, part, axis) : null;
    if (both) parts.pop();
    parts.push(both ?? part);
  }
  return parts.length === 1 ? parts[0]! : makeNode('concat', parts, { axis });
}

export const slice = (x: Node, axis: number, start: number, end: number): Node =>
  start === 0 && end === x.shape[axis] ? x : makeNode('slice', [x], { axis, start, end });

export function reduceSum(x: Node, axes: readonly number[], keepDims = false): Node {
  if (axes.length === 0) return x;
  const sum = makeNode('reduceSum', [x], { axes });
  if (keepDims) return sum;
  return reshape(
    sum,
    sum.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

/** log Σ eˣ over `axes`, which stay with size 1; finite wherever the largest element is. */
export const logSumExp = (x: Node, axes: readonly number[]): Node =>
  makeNode('logSumExp', [x], { axes });

/** eˣ ÷ Σ eˣ over the last axis. */
export const softmax = (x: Node): Node => makeNode('softmax', [x], NONE);

/** The `k`-th largest (from 1) along the last axis, which stays with size 1. */
export const kthLargest = (x: Node, k: number): Node => makeNode('kthLargest', [x], { k });

/** tanh(x) = 2·σ(2x) − 1 */
export const tanh = (x: Node): Node => sub(mul(sigmoid(mul(x, 2)), 2), 1);

/** |x|, with derivative 0 at 0. */
export const abs = (x: Node): Node => add(relu(x), relu(neg(x)));

/** A symbolic dimension stays whole; at most one is possible. */
export function reshape(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : makeNode('reshape', [x], { shape });
}

/** Mean over `axes`, whose sizes must be static. */
export function reduceMean(x: Node, axes: readonly number[], keepDims = false): Node {
  let count = 1;
  for (const axis of axes) count *= x.shape[axis] as number;
  return mul(reduceSum(x, axes, keepDims), 1 / count);
}

export function broadcastTo(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : makeNode('broadcastTo', [x], { shape });
}

/** The inverse of broadcasting: sums `x` over the axes along which `shape` would be repeated to fill it. */
export function sumTo(x: Node, shape: Shape): Node {
  const { added, stretched } = repeatedAxes(shape, x.shape);
  const kept = reduceSum(x, stretched, true);
  return reduceSum(kept, added);
}

type Binary = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'minimum' | 'maximum' | 'greater';

/** Elementwise ops broadcast by themselves, so an explicit `broadcastTo` that the other side implies is left out. */
function binary(op: Binary, a: Node, b: Node): Node {
  const left = unexpanded(a, b);
  return makeNode(op, [left, unexpanded(b, left)], NONE);
}

function unexpanded(x: Node, other: Node): Node {
  if (!isOp(x, 'broadcastTo')) return x;
  const source = x.inputs[0]!;
  const implied = broadcastShapes(source.shape, other.shape);
  const wanted = broadcastShapes(x.shape, other.shape);
  return implied && wanted && sameShape(implied, wanted) ? source : x;
}

/** What two slices are together, null where one does not follow the other in the same node. */
function reunited(a: Node, b: Node, axis: number): Node | null {
  if (!isOp(a, 'slice') || !isOp(b, 'slice') || a.inputs[0] !== b.inputs[0]) return null;
  const follows = a.attrs.axis === axis && b.attrs.axis === axis && a.attrs.end === b.attrs.start;
  return follows ? slice(a.inputs[0]!, axis, a.attrs.start, b.attrs.end) : null;
}

function isAll(node: Node, value: number): boolean {
  return isOp(node, 'constant') && node.attrs.values.every((x) => x === value);
}

/** Whether combining with `other` leaves the shape of `x` as it is. */
function absorbs(x: Node, other: Node): boolean {
  const shape = broadcastShapes(x.shape, other.shape);
  return shape !== null && sameShape(shape, x.shape) && x.dtype === 'float32';
}
