import { INFER } from './infer.js';
import type { Node } from './node.js';
import type { Op, OpAttrs } from './op.js';

/** The only place that makes nodes: it infers shape and dtype, and throws where the inputs do not fit the op. */
export function makeNode<O extends Op>(op: O, inputs: readonly Node[], attrs: OpAttrs[O]): Node<O> {
  const { shape, dtype } = INFER[op](inputs, attrs);
  return Object.freeze({ op, inputs: Object.freeze([...inputs]), attrs, shape, dtype });
}
