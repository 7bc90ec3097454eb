import { add, constant } from '../graph/build.js';
import { GraphError } from '../graph/infer.js';
import type { Node } from '../graph/node.js';
import type { Op } from '../graph/op.js';
import { formatShape, sameShape } from '../graph/shape.js';
import { topologicalOrder } from '../graph/walk.js';
import { GRADIENT_RULES } from './rules.js';

/**
 * Reverse mode: the derivatives of the scalar `loss` by each of `parameters`, as nodes in the parameters' shapes. A
 * parameter that the loss does not depend on is an error, and so is one that it depends on only through an op that lets
 * no derivative pass.
 */
export function gradients(loss: Node, parameters: readonly Node[]): Node[] {
  if (loss.shape.length !== 0 || loss.dtype !== 'float32') {
    throw new GraphError(`gradients: expected a float32 scalar but received ${describe(loss)}`);
  }
  const order = topologicalOrder([loss]);
  const relevant = dependents(order, parameters);
  const found = new Map<Node, Node>([[loss, constant(1)]]);
  for (const node of order.reverse()) {
    const gradOut = found.get(node);
    if (gradOut && relevant.has(node)) propagate(node, gradOut, relevant, found);
  }
  return parameters.map((parameter) => {
    const gradient = found.get(parameter);
    if (!gradient) {
      throw new GraphError(`gradients: the loss does not depend on ${describe(parameter)}`);
    }
    return gradient;
  });
}

/** The float32 nodes through which a change of `parameters` reaches the loss. */
function dependents(order: readonly Node[], parameters: readonly Node[]): Set<Node> {
  const relevant = new Set<Node>(parameters);
  for (const node of order) {
    if (node.dtype === 'float32' && node.inputs.some((x) => relevant.has(x))) relevant.add(node);
  }
  return relevant;
}

function propagate<O extends Op>(
  node: Node<O>,
  gradOut: Node,
  relevant: ReadonlySet<Node>,
  found: Map<Node, Node>,
): void {
  const gradients = GRADIENT_RULES[node.op](node, gradOut);
  node.inputs.forEach((input, index) => {
    if (!relevant.has(input)) return;
    const gradIn = gradients[index];
    if (!gradIn) throw new GraphError(`${node.op}: no derivative by input ${index} is defined`);
    if (gradIn.dtype !== input.dtype || !sameShape(gradIn.shape, input.shape)) {
      throw new GraphError(
        `${node.op}: expected a gradient ${describe(input)} for input ${index} but received ${describe(gradIn)}`,
      );
    }
    const earlier = found.get(input);
    found.set(input, earlier ? add(earlier, gradIn) : gradIn);
  });
}

function describe(node: Node): string {
  return `${node.dtype}${formatShape(node.shape)}`;
}
