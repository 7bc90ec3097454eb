import { type Graph, nodesOf } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';
import { compute } from './kernels.js';
import type { Value } from './value.js';

/** Runs a graph in float64, for tests: no speed, no cleverness. `feeds` by input name. */
export function interpret<K extends string>(
  graph: Graph & { readonly outputs: Readonly<Record<K, Node>> },
  feeds: Readonly<Record<string, Value>>,
): Record<K, Value> {
  const values = new Map<Node, Value>();
  for (const node of nodesOf(graph)) {
    const feed = isOp(node, 'input') ? feeds[node.attrs.name] : undefined;
    if (feed) checkFeed(node as Node<'input'>, feed);
    values.set(
      node,
      feed ??
        compute(
          node,
          node.inputs.map((x) => values.get(x)!),
        ),
    );
  }
  const entries = Object.entries<Node>(graph.outputs).map(([name, x]) => [name, values.get(x)!]);
  return Object.fromEntries(entries);
}

function checkFeed(node: Node<'input'>, feed: Value): void {
  const fits =
    feed.shape.length === node.shape.length &&
    node.shape.every((dim, axis) => typeof dim === 'string' || dim === feed.shape[axis]);
  if (fits) return;
  throw new Error(
    `expected [${node.shape.join(', ')}] for input \`${node.attrs.name}\` but received [${feed.shape.join(', ')}]`,
  );
}
