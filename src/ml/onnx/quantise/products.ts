import {
  consumersOf,
  isOnnx,
  numbersOf,
  type ReadGraph,
  type ReadNode,
} from '../rewrite/read-graph.js';
import { FLOAT, FLOAT16, type StoredTensor } from '../rewrite/stored-tensor.js';

/** A product of something computed with a constant matrix, perhaps with a bias behind it. */
export interface Product {
  readonly activation: string;
  /** As the product names it, which is not the tensor's name where it is cast first. */
  readonly factor: string;
  readonly weight: StoredTensor;
  /** `[N, K]` instead of `[K, N]`. */
  readonly isTransposed: boolean;
  readonly inputs: number;
  readonly outputs: number;
  /** An initializer `[N]`. */
  readonly bias: string | null;
  readonly output: string;
}

export interface Products {
  readonly byNode: ReadonlyMap<ReadNode, Product>;
  /** Nodes that nobody needs any more: additions that became a bias, casts of weights that were quantised. */
  readonly absorbed: ReadonlySet<ReadNode>;
}

/**
 * The products that can be computed in INT8: MatMul and Gemm whose second factor is a matrix of the file, of float32, or
 * of float16 that is cast to float32 first.
 */
export function findProducts(given: ReadGraph): Products {
  const consumers = consumersOf(given.nodes);
  const casts = castsOf(given);
  const tensors = new Map([
    ...given.tensors,
    ...[...casts.values()].map((each) => [each.output, each.tensor] as const),
  ]);
  const graph = { ...given, tensors };
  const byNode = new Map<ReadNode, Product>();
  const absorbed = new Set<ReadNode>();
  for (const node of graph.nodes) {
    const product = productOf(node, graph);
    if (!product) continue;
    const addition = product.bias === null ? biasBehind(product, graph, consumers) : undefined;
    if (addition) absorbed.add(addition.node);
    byNode.set(
      node,
      addition ? { ...product, bias: addition.bias, output: addition.output } : product,
    );
  }
  for (const [node, { output }] of casts) {
    if (graph.outputs.has(output)) continue;
    const isUsed = consumers.get(output)?.some((each) => byNode.get(each)?.factor !== output);
    if (isUsed === false) absorbed.add(node);
  }
  return { byNode, absorbed };
}

/** Initializers of float16 that a node turns into float32. */
function castsOf({ nodes, tensors, inputs }: ReadGraph) {
  const casts = new Map<ReadNode, { output: string; tensor: StoredTensor }>();
  for (const node of nodes) {
    const tensor = tensors.get(node.inputs[0] ?? '');
    const output = node.outputs[0];
    if (node.type !== 'Cast' || !isOnnx(node) || !tensor || output === undefined) continue;
    if (tensor.dataType !== FLOAT16 || numbersOf(node).to !== FLOAT || inputs.has(tensor.name))
      continue;
    casts.set(node, { output, tensor });
  }
  return casts;
}

function productOf(node: ReadNode, graph: ReadGraph): Product | undefined {
  if (!isOnnx(node)) return undefined;
  const [activation = '', factor = '', third = ''] = node.inputs;
  const weight = matrix(factor, graph);
  const output = node.outputs[0];
  if (!weight || output === undefined || graph.tensors.has(activation)) return undefined;
  const [rows, columns] = weight.dims as [number, number];
  if (node.type === 'MatMul') {
    const sizes = { inputs: rows, outputs: columns, isTransposed: false };
    return { activation, factor, weight, ...sizes, bias: null, output };
  }
  if (node.type !== 'Gemm') return undefined;
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = numbersOf(node);
  if (alpha !== 1 || beta !== 1 || transA !== 0) return undefined;
  const isTransposed = transB !== 0;
  const [inputs, outputs] = isTransposed ? [columns, rows] : [rows, columns];
  if (third !== '' && !isVector(third, outputs, graph)) return undefined;
  const sizes = { inputs, outputs, isTransposed };
  return { activation, factor, weight, ...sizes, bias: third || null, output };
}

/** The one node that a product goes to, where it adds a vector of the file. */
function biasBehind(
  { output, outputs }: Product,
  graph: ReadGraph,
  consumers: ReadonlyMap<string, readonly ReadNode[]>,
): { node: ReadNode; bias: string; output: string } | undefined {
  const [node, ...more] = consumers.get(output) ?? [];
  if (!node || more.length > 0 || node.type !== 'Add' || graph.outputs.has(output))
    return undefined;
  const bias = node.inputs.find((name) => name !== output);
  if (bias === undefined || !isVector(bias, outputs, graph)) return undefined;
  return { node, bias, output: node.outputs[0]! };
}

/** An initializer that a caller could replace is none of the file's own. */
function matrix(name: string, { tensors, inputs }: ReadGraph): StoredTensor | undefined {
  const tensor = tensors.get(name);
  const isMatrix = tensor?.dims.length === 2 && isFloat(name, tensor) && tensor.values !== null;
  return isMatrix && !inputs.has(name) ? tensor : undefined;
}

function isVector(name: string, length: number, { tensors }: ReadGraph): boolean {
  const tensor = tensors.get(name);
  return tensor?.dims.length === 1 && isFloat(name, tensor) && tensor.dims[0] === length;
}

/** Of float32, or cast to it: then the product knows it by another name. */
function isFloat(name: string, { dataType, name: own }: StoredTensor): boolean {
  return dataType === FLOAT || (dataType === FLOAT16 && name !== own);
}
