import { type Graph, nodesOf } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';
import { computeWith } from './kernels.js';
import type { Tensor, TensorFlow } from './tensorflow.js';

/** Computes a graph's outputs of its inputs, by name, op by op. To be called within `tf.tidy`. */
export type Program<K extends string = string> = (
  inputs: Readonly<Record<string, Tensor>>,
) => Record<K, Tensor>;

/** An output is a tensor of its own even where it is an input, so that either may be disposed of. */
export function makeProgram<K extends string>(
  tf: TensorFlow,
  graph: Graph & { readonly outputs: Readonly<Record<K, Node>> },
): Program<K> {
  const nodes = nodesOf(graph);
  const outputs = Object.entries<Node>(graph.outputs);
  return (inputs) => {
    const values = new Map<Node, Tensor>();
    for (const node of nodes) {
      const given = isOp(node, 'input') ? inputs[node.attrs.name] : undefined;
      const operands = node.inputs.map((x) => values.get(x)!);
      values.set(node, given ?? computeWith(tf, node, operands));
    }
    const entries = outputs.map(([name, node]) => [name, tf.clone(values.get(node)!)]);
    return Object.fromEntries(entries);
  };
}
