import { isOp, type Node } from './node.js';
import { topologicalOrder } from './walk.js';

/** What is computed: outputs by name. Inputs are the `input` nodes that they need. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Node>>;
}

/** Every node of the graph, each after its inputs. */
export function nodesOf(graph: Graph): Node[] {
  return topologicalOrder(Object.values(graph.outputs));
}

export function inputsOf(graph: Graph): Node<'input'>[] {
  return nodesOf(graph).filter((node): node is Node<'input'> => isOp(node, 'input'));
}
