import { type ReadNode, takenBy } from './read-graph.js';

/** The nodes that an output comes from, in their order. */
export function neededFor(output: string, nodes: readonly ReadNode[]): ReadNode[] {
  const needed = new Set([output]);
  const kept: ReadNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of takenBy(node)) needed.add(name);
  }
  return kept.reverse();
}
