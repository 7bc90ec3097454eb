import { isOnnx, numbersOf, type ReadNode } from '../rewrite/read-graph.js';
import type { RowWise } from './row-wise.js';

/** Where a graph takes one row `[N, width]` out of each item's rows `[N, T, width]`. */
export interface Pooling {
  readonly rows: string;
  /** In their order: the last one gives the row. */
  readonly nodes: readonly ReadNode[];
}

/**
 * A row by a constant index (the class token), or by one for each item (the end of a text): as GatherND, or of all items' rows
 * in one matrix, as PyTorch's older exporter writes it.
 */
export function poolingsOf(nodes: readonly ReadNode[], rowWise: RowWise): Pooling[] {
  return nodes.flatMap((node): Pooling[] => {
    const [data, index] = node.inputs;
    if (!isOnnx(node) || data === undefined || index === undefined) return [];
    const numbers = numbersOf(node);
    const isByToken =
      node.type === 'Gather' && numbers.axis === 1 && rowWise.constantRank(index) === 0;
    if (isByToken || node.type === 'GatherND') return [{ rows: data, nodes: [node] }];
    if (node.type !== 'Gather') return [];
    const flat = rowWise.producer(data);
    if ((numbers.axis ?? 0) !== 0 || flat?.type !== 'Flatten' || numbersOf(flat).axis !== 2) {
      return [];
    }
    return [{ rows: flat.inputs[0]!, nodes: [flat, node] }];
  });
}

/** The same of other rows. */
export function pooled(
  { nodes }: Pooling,
  rows: string,
  name: (index: number) => string,
): ReadNode[] {
  let taken = rows;
  return nodes.map((node, i) => {
    const inputs = [taken, ...node.inputs.slice(1)];
    taken = name(i);
    return { ...node, inputs, outputs: [taken] };
  });
}
