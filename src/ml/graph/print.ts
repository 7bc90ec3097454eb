import { type Graph, nodesOf } from './graph.js';
import type { Node } from './node.js';
import { formatShape } from './shape.js';

/** One line per node, `%3 = mul(%1, %2) : float32[4, 2]`, in the order in which they are computed. */
export function printGraph(graph: Graph): string {
  const numbers = new Map<Node, number>();
  const lines: string[] = [];
  for (const node of nodesOf(graph)) {
    const number = numbers.size;
    numbers.set(node, number);
    const inputs = node.inputs.map((x) => `%${numbers.get(x)}`).join(', ');
    const attrs = printAttrs(node);
    lines.push(
      `%${number} = ${node.op}(${inputs})${attrs} : ${node.dtype}${formatShape(node.shape)}`,
    );
  }
  for (const [name, node] of Object.entries(graph.outputs)) {
    lines.push(`${name} = %${numbers.get(node)}`);
  }
  return lines.join('\n');
}

function printAttrs(node: Node): string {
  const parts = Object.entries(node.attrs).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return parts.length === 0 ? '' : ` {${parts.join(' ')}}`;
}
