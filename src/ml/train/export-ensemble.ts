import { concat, input, logSumExp, neg, reshape, softplus, sub } from '../graph/build.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { verify } from '../graph/verify.js';
import { decodeModel } from '../onnx/decode-model.js';
import { lowerGraph } from '../onnx/lower-graph.js';
import { encodeModel, type OnnxGraph, type OnnxNode, type OnnxValue } from '../onnx/model.js';

/**
 * The heads as one ONNX file: `image_embeds` and/or `text_embeds` `[N, D]`, those that some head takes → `logits` `[N, L]`,
 * whose probabilities are the mean of the heads' probabilities. The heads' own nodes and weights are in it unchanged.
 */
export function exportEnsemble(heads: readonly Uint8Array[]): Uint8Array {
  const members = heads.map((head, i) => renamed(decodeModel(head), `m${i}.`));
  const inputs = new Map<string, OnnxValue>();
  for (const value of members.flatMap((member) => member.inputs)) {
    const known = inputs.get(value.name);
    if (known && JSON.stringify(known.shape) !== JSON.stringify(value.shape)) {
      throw new Error(`the heads disagree on the shape of \`${value.name}\``);
    }
    inputs.set(value.name, value);
  }
  const numLabels = members[0]!.outputs[0]!.shape[1] as number;
  const mean = meanOfMembers(members.length, numLabels);
  const tail = lowerGraph(
    mean,
    'mean',
    (name) => name,
    (name) => name,
  );
  const { dtype, shape } = mean.outputs.logits!;
  return encodeModel({
    name: 'ensemble',
    nodes: [...members.flatMap(({ nodes }) => nodes), ...tail.nodes],
    initializers: Object.assign(
      tail.initializers,
      ...members.map(({ initializers }) => initializers),
    ),
    inputs: [...inputs.values()],
    outputs: [{ name: 'logits', dtype, shape }],
  });
}

/**
 * `m0.logits`, `m1.logits`, … `[N, L]` → the logits of the mean of their probabilities, log Σ σ(s) − log Σ σ(−s): finite
 * where the mean itself would be 0 or 1 in float32.
 */
export function meanOfMembers(count: number, numLabels: number): Graph {
  const logits = Array.from({ length: count }, (_, i) => input(`m${i}.logits`, ['N', numLabels]));
  const stacked = concat(
    logits.map((x) => reshape(x, [1, 'N', numLabels])),
    0,
  );
  // log σ(s) = −softplus(−s)
  const logSum = (s: Node) => logSumExp(neg(softplus(neg(s))), [0]);
  const mean = sub(logSum(stacked), logSum(neg(stacked)));
  return verify({ outputs: { logits: reshape(mean, ['N', numLabels]) } });
}

/** Every value but the inputs gets the prefix. */
function renamed(graph: OnnxGraph, prefix: string): OnnxGraph {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const rename = (name: string) => (inputs.has(name) ? name : prefix + name);
  const nodes = graph.nodes.map(
    (node): OnnxNode => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }),
  );
  const initializers = Object.fromEntries(
    Object.entries(graph.initializers).map(([name, tensor]) => [rename(name), tensor]),
  );
  const outputs = graph.outputs.map((value) => ({ ...value, name: rename(value.name) }));
  return { ...graph, nodes, initializers, outputs };
}
