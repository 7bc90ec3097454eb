import { isOp, type Node } from '../node.js';
import type { Op } from '../op.js';
import { sizeOf } from '../shape.js';

/** Smaller matrices are turned over in no time. */
const MIN_SIZE = 2 ** 15;

const ELEMENTWISE: ReadonlySet<Op> = new Set<Op>([
  'cast',
  'neg',
  'exp',
  'log',
  'sqrt',
  'erf',
  'sigmoid',
  'softplus',
  'relu',
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'minimum',
  'maximum',
  'greater',
  'where',
]);

export const isElementwise = (node: Node): boolean => ELEMENTWISE.has(node.op);

/** Whether a node is a matrix that could as well be computed turned over: of some size, elementwise or a product. */
export function isTurnable(node: Node): boolean {
  const [rows, columns, ...more] = node.shape;
  if (typeof rows !== 'number' || typeof columns !== 'number' || more.length > 0) return false;
  if (rows === 1 || columns === 1 || rows * columns < MIN_SIZE) return false;
  return isElementwise(node) || isOp(node, 'gemm');
}

/** Whether an operand of a matrix of `columns` columns is as good turned over: a scalar, a row or a column. */
export function isLine({ shape }: Node): boolean {
  return shape.length < 2 || shape[0] === 1 || shape[1] === 1;
}

/** Multiplications of a product of matrices. */
export function productSize(node: Node<'gemm'>): number {
  const { transA } = node.attrs;
  return sizeOf(node.shape) * (node.inputs[0]!.shape[transA ? 0 : 1] as number);
}
