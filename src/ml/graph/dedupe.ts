import { type Graph, nodesOf } from './graph.js';
import { makeNode } from './make-node.js';
import type { Node } from './node.js';

/**
 * The same graph with equal subexpressions computed once. Gradient rules repeat what the forward pass has (the normal
 * distribution in GELU, the sigmoid of a logit); this is where they meet again.
 */
export function dedupe<G extends Graph>(graph: G): G {
  const replacements = new Map<Node, Node>();
  const numbers = new Map<Node, number>();
  const known = new Map<string, Node>();
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((x) => replacements.get(x)!);
    const key = `${node.op} ${inputs.map((x) => numbers.get(x)).join(' ')} ${JSON.stringify(node.attrs)}`;
    let kept = known.get(key);
    if (!kept) {
      const same = inputs.every((x, i) => x === node.inputs[i]);
      kept = same ? node : makeNode(node.op, inputs, node.attrs);
      known.set(key, kept);
      numbers.set(kept, numbers.size);
    }
    replacements.set(node, kept);
  }
  const entries = Object.entries(graph.outputs).map(([name, x]) => [name, replacements.get(x)!]);
  return { ...graph, outputs: Object.fromEntries(entries) };
}
