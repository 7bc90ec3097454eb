import { type Graph, nodesOf } from './graph.js';
import { GraphError, INFER } from './infer.js';
import { isOp, type Node } from './node.js';
import type { Op } from './op.js';
import { formatShape, sameShape } from './shape.js';

/**
 * Runs after a graph is built, after differentiation and before export: every node's shape and dtype are what its op
 * infers, and no two inputs share a name. Returns the graph.
 */
export function verify<G extends Graph>(graph: G): G {
  const names = new Map<string, Node>();
  for (const node of nodesOf(graph)) {
    checkNode(node);
    if (!isOp(node, 'input')) continue;
    const { name } = node.attrs;
    if (names.has(name)) throw new GraphError(`input: expected one input named \`${name}\``);
    names.set(name, node);
  }
  return graph;
}

function checkNode<O extends Op>(node: Node<O>): void {
  const { shape, dtype } = INFER[node.op](node.inputs, node.attrs);
  if (dtype !== node.dtype || !sameShape(shape, node.shape)) {
    const expected = `${dtype}${formatShape(shape)}`;
    const received = `${node.dtype}${formatShape(node.shape)}`;
    throw new GraphError(`${node.op}: expected a result ${expected} but received ${received}`);
  }
}
