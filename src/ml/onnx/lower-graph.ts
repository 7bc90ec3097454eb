import type { TensorData } from '../graph/dtype.js';
import { type Graph, nodesOf } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';
import { type Emitter, lowerNode } from './lower.js';
import type { OnnxNode } from './model.js';

export interface LoweredGraph {
  readonly nodes: OnnxNode[];
  readonly initializers: Record<string, TensorData>;
  /** The name of each of the graph's outputs, in its order. */
  readonly outputs: string[];
}

/**
 * Lowers every node but the inputs, whose names `inputName` gives. Values are called `<prefix>0`, `<prefix>1`, …; outputs
 * get the names that `outputName` gives, through an Identity only where the node is a leaf or has two names.
 */
export function lowerGraph(
  graph: Graph,
  prefix: string,
  inputName: (name: string) => string,
  outputName: (name: string) => string,
): LoweredGraph {
  const nodes: OnnxNode[] = [];
  const initializers: Record<string, TensorData> = {};
  const names = new Map<Node, string>();
  const emitter: Emitter = {
    emit: (type, inputs, output, attributes = {}) => {
      nodes.push({ type, inputs, outputs: [output], attributes });
      return output;
    },
    emitPair: (type, inputs, outputs) => {
      nodes.push({ type, inputs, outputs });
    },
    initializer: (tensor) => {
      const name = `${prefix}c${Object.keys(initializers).length}`;
      initializers[name] = tensor;
      return name;
    },
  };
  const wanted = new Map<Node, string>();
  for (const [name, node] of Object.entries(graph.outputs)) {
    const leaf = isOp(node, 'input') || isOp(node, 'constant');
    if (!leaf && !wanted.has(node)) wanted.set(node, outputName(name));
  }
  for (const node of nodesOf(graph)) {
    if (isOp(node, 'input')) {
      names.set(node, inputName(node.attrs.name));
      continue;
    }
    const inputs = node.inputs.map((x) => names.get(x)!);
    names.set(node, lowerNode(emitter, node, inputs, wanted.get(node) ?? `${prefix}${names.size}`));
  }
  const outputs = Object.entries(graph.outputs).map(([key, node]) => {
    const name = outputName(key);
    if (names.get(node) !== name) emitter.emit('Identity', [names.get(node)!], name);
    return name;
  });
  return { nodes, initializers, outputs };
}
