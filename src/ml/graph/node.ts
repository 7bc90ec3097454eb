import type { Dtype } from './dtype.js';
import type { Op, OpAttrs, Shape } from './op.js';

/** A value of the graph: immutable, identified by reference. `shape` and `dtype` follow from op, inputs and attrs. */
export interface Node<O extends Op = Op> {
  readonly op: O;
  readonly inputs: readonly Node[];
  readonly attrs: OpAttrs[O];
  readonly shape: Shape;
  readonly dtype: Dtype;
}

export function isOp<O extends Op>(node: Node, op: O): node is Node<O> {
  return node.op === op;
}
