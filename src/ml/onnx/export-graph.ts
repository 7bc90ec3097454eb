import type { TensorData } from '../graph/dtype.js';
import { type Graph, inputsOf } from '../graph/graph.js';
import { verify } from '../graph/verify.js';
import { lowerGraph } from './lower-graph.js';
import { encodeModel } from './model.js';

/**
 * An ONNX file that computes the graph. Inputs named in `weights` become initializers, so that the file stands alone;
 * the others stay inputs under their own names.
 */
export function exportGraph(
  graph: Graph,
  weights: Readonly<Record<string, TensorData>> = {},
): Uint8Array {
  verify(graph);
  const inputs = inputsOf(graph).map(({ attrs }) => attrs);
  const same = (name: string) => name;
  const { nodes, initializers } = lowerGraph(graph, 'v', same, same);
  const outputs = Object.entries(graph.outputs).map(([name, { dtype, shape }]) => {
    return { name, dtype, shape };
  });
  const used = inputs.filter(({ name }) => weights[name]);
  for (const { name } of used) initializers[name] = weights[name]!;
  return encodeModel({
    name: 'graph',
    nodes,
    initializers,
    inputs: inputs.filter(({ name }) => !weights[name]),
    outputs,
  });
}
