import type { Node } from './node.js';

/**
 * Every node that `roots` need, each once and after its inputs. Iterative, so that depth is no limit; the order depends
 * only on the graph.
 */
export function topologicalOrder(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  const open: { node: Node; next: number }[] = [];
  for (const root of roots) {
    if (!done.has(root)) open.push({ node: root, next: 0 });
    while (open.length > 0) {
      const top = open[open.length - 1]!;
      const child = top.node.inputs[top.next];
      if (child) {
        top.next++;
        if (!done.has(child)) open.push({ node: child, next: 0 });
        continue;
      }
      open.pop();
      if (done.has(top.node)) continue;
      done.add(top.node);
      order.push(top.node);
    }
  }
  return order;
}
