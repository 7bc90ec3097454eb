import { type Graph, nodesOf } from '../graph.js';
import { isOp, type Node } from '../node.js';
import { sameShape, sizeOf } from '../shape.js';
import { isElementwise, isLine, isTurnable, productSize } from './turnable.js';

/**
 * A product with A transposed takes half as long again in ONNX Runtime (spikes/README.md): as long as turning this many
 * elements over for each multiplication.
 */
const SLOW_PRODUCT = 1 / 100;

/** A sum over rows takes about twice as long as turning the matrix over and summing along the rows. */
const SLOW_SUM = 2;

/**
 * The nodes that are better computed turned over. Matrices of one shape that elementwise ops connect make a region, which
 * is turned as a whole. What a turn saves and costs is counted in elements that need not, or must, be turned over.
 */
export function nodesToTurn(graph: Graph): Set<Node> {
  const order = nodesOf(graph);
  const regions = regionsOf(order);
  const gains = new Map<Node, number>();
  const count = (region: Node | undefined, gain: number) => {
    if (region) gains.set(region, (gains.get(region) ?? 0) + gain);
  };
  for (const node of order) {
    const own = regions.get(node);
    if (own && isOp(node, 'gemm')) count(own, productGain(node));
    node.inputs.forEach((input, place) => {
      const region = regions.get(input);
      if (own && region !== own && mustTurn(node, input, place)) count(own, -sizeOf(input.shape));
      if (region && region !== own) count(region, consumerGain(node, input, place));
    });
  }
  for (const node of Object.values(graph.outputs)) count(regions.get(node), -1 * size(node));
  return new Set(order.filter((node) => (gains.get(regions.get(node)!) ?? 0) > 0));
}

/** Every turnable node's region, named by one of its nodes. */
function regionsOf(order: readonly Node[]): Map<Node, Node> {
  const parents = new Map<Node, Node>();
  const rootOf = (node: Node): Node => {
    let root = node;
    while (parents.get(root) !== root) root = parents.get(root)!;
    return root;
  };
  for (const node of order) {
    if (!isTurnable(node)) continue;
    parents.set(node, node);
    if (!isElementwise(node)) continue;
    for (const input of node.inputs) {
      if (parents.has(input) && sameShape(input.shape, node.shape)) {
        parents.set(rootOf(input), rootOf(node));
      }
    }
  }
  return new Map([...parents.keys()].map((node) => [node, rootOf(node)]));
}

/** Whether an operand from outside has to be turned over for a turned node. The factors of a product never have to be. */
function mustTurn(node: Node, input: Node, place: number): boolean {
  if (isOp(node, 'gemm') && place < 2) return false;
  return !isLine(input);
}

/** Turned, A·B is Bᵀ·Aᵀ. */
function productGain(node: Node<'gemm'>): number {
  const { transA, transB } = node.attrs;
  return (Number(transA) - Number(!transB)) * productSize(node) * SLOW_PRODUCT;
}

/** What it means for `node`, outside the region, that its input is turned over. */
function consumerGain(node: Node, input: Node, place: number): number {
  if (isOp(node, 'transpose')) return size(input);
  if (isOp(node, 'reduceSum') && node.attrs.axes.length === 1) {
    return (node.attrs.axes[0] === 0 ? SLOW_SUM : -SLOW_SUM) * size(input);
  }
  if (isOp(node, 'reduceSum')) return 0;
  if (isOp(node, 'gemm') && place === 0) {
    return (node.attrs.transA ? 1 : -1) * productSize(node) * SLOW_PRODUCT;
  }
  if (isOp(node, 'gemm') && place === 1) return 0;
  return -size(input);
}

const size = (node: Node): number => sizeOf(node.shape);
