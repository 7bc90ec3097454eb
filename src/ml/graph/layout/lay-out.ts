import { reshape, transpose } from '../build.js';
import type { Graph } from '../graph.js';
import { nodesOf } from '../graph.js';
import { makeNode } from '../make-node.js';
import { isOp, type Node } from '../node.js';
import { nodesToTurn } from './regions.js';

/**
 * The same graph with activations computed feature by feature, `[W, B]` in place of `[B, W]`, where that spares more than it
 * costs: a weight's gradient then needs no transposed copy, and a bias's is summed along contiguous rows. What goes in and
 * comes out keeps its shape.
 */
export function layOut<G extends Graph>(graph: G): G {
  const turned = nodesToTurn(graph);
  if (turned.size === 0) return graph;
  const plain = new Map<Node, Node>();
  const over = new Map<Node, Node>();

  /** The value of `node` as it was. */
  const asIs = (node: Node): Node => {
    const known = plain.get(node) ?? transpose(over.get(node)!);
    plain.set(node, known);
    return known;
  };
  /** The value of `node` as an operand of a turned matrix. */
  const asTurned = (node: Node): Node => {
    const known = over.get(node) ?? turnOperand(node, asIs(node));
    over.set(node, known);
    return known;
  };

  for (const node of nodesOf(graph)) {
    if (turned.has(node)) over.set(node, turn(node));
    else plain.set(node, keep(node));
  }
  const outputs = Object.entries(graph.outputs).map(([name, node]) => [name, asIs(node)]);
  return { ...graph, outputs: Object.fromEntries(outputs) };

  function turn(node: Node): Node {
    if (!isOp(node, 'gemm')) return makeNode(node.op, node.inputs.map(asTurned), node.attrs);
    const [a, b, bias] = node.inputs as [Node, Node, Node | undefined];
    const left = factor(b, node.attrs.transB);
    const right = factor(a, node.attrs.transA);
    const flags = { transA: !left.trans, transB: !right.trans };
    return makeNode('gemm', [left.node, right.node, ...(bias ? [asTurned(bias)] : [])], flags);
  }

  function keep(node: Node): Node {
    const [x] = node.inputs;
    if (isOp(node, 'gemm')) {
      const [a, b, ...bias] = node.inputs as [Node, Node, ...Node[]];
      const left = factor(a, node.attrs.transA);
      const right = factor(b, node.attrs.transB);
      const flags = { transA: left.trans, transB: right.trans };
      return makeNode('gemm', [left.node, right.node, ...bias.map(asIs)], flags);
    }
    if (x && turned.has(x)) {
      if (isOp(node, 'transpose')) return over.get(x)!;
      if (isOp(node, 'reduceSum')) {
        const axes = node.attrs.axes.map((axis) => 1 - axis);
        return reshape(makeNode('reduceSum', [over.get(x)!], { axes }), node.shape);
      }
    }
    return makeNode(node.op, node.inputs.map(asIs), node.attrs);
  }

  /** A factor of a product, as it is at hand. */
  function factor(node: Node, trans: boolean): { node: Node; trans: boolean } {
    return turned.has(node)
      ? { node: over.get(node)!, trans: !trans }
      : { node: asIs(node), trans };
  }
}

/** `value`, which broadcasts to a matrix, so that it broadcasts to that matrix turned over. */
function turnOperand({ shape }: Node, value: Node): Node {
  if (shape.length === 0) return value;
  if (shape.length === 1) return reshape(value, [shape[0]!, 1]);
  const [rows, columns] = shape as [number, number];
  return rows === 1 || columns === 1 ? reshape(value, [columns, rows]) : transpose(value);
}
