import type { TensorData } from '../../graph/dtype.js';
import { encodeNode, type OnnxNode } from '../model.js';
import { ProtoMessage } from '../proto-reader.js';
import { neededFor } from '../rewrite/needed-for.js';
import { consumersOf, type ReadGraph, type ReadNode } from '../rewrite/read-graph.js';
import { type Pooling, pooled, poolingsOf } from './pooling.js';
import { RowWise } from './row-wise.js';

export interface ShortenedGraph {
  readonly nodes: readonly ReadNode[];
  /** Initializers that it needs besides its own. */
  readonly constants: Readonly<Record<string, TensorData>>;
}

/** The token is taken near the end; graphs may have thousands of such nodes elsewhere. */
const MOST_TRIED = 4;
const TWO_ROWS = 'clipwright two rows';
const FIRST = 'clipwright first';
const CONSTANTS = {
  [TWO_ROWS]: { dtype: 'int64', shape: [3], data: BigInt64Array.of(0n, 2n, -1n) },
  [FIRST]: { dtype: 'int64', shape: [], data: BigInt64Array.of(0n) },
} as const;

/**
 * A tower gives one token's row and computes its last block for all of them. Behind attention a row depends on no other, so the
 * row is taken there: output projection, feed-forward and norms of a twelfth of a ViT-B/32 are then computed for one token in 50.
 *
 * Two copies of the row go that way: ONNX Runtime computes a single row in another order, and an embedding must not depend on how
 * many are computed together.
 * @param output the one that is wanted; what only others need is left out
 * @returns null where no product of weights is saved
 */
export function poolEarly(graph: ReadGraph, output: string): ShortenedGraph | null {
  const nodes = neededFor(output, graph.nodes);
  const rowWise = new RowWise({ ...graph, nodes });
  const consumers = consumersOf(nodes);
  for (const pooling of poolingsOf(nodes, rowWise).slice(-MOST_TRIED).reverse()) {
    if (pooling.rows === output) continue;
    const shortened = new Shortening({ nodes, consumers }, rowWise, pooling).nodes();
    if (shortened) return { nodes: neededFor(output, shortened), constants: CONSTANTS };
  }
  return null;
}

class Shortening {
  /** Values that nobody needs whole once the row is taken earlier. */
  readonly #spare: ReadonlySet<string>;
  readonly #made: ReadNode[] = [];

  constructor(
    private readonly all: {
      readonly nodes: readonly ReadNode[];
      readonly consumers: ReadonlyMap<string, readonly ReadNode[]>;
    },
    private readonly rowWise: RowWise,
    private readonly pooling: Pooling,
  ) {
    this.#spare = this.#findSpare();
  }

  nodes(): ReadNode[] | null {
    const row = this.#rows(this.pooling.rows);
    if (!this.#made.some(({ type }) => type === 'MatMul')) return null;
    const last = this.pooling.nodes.at(-1)!;
    this.#made.push(
      newNode({
        type: 'Gather',
        inputs: [row, FIRST],
        outputs: last.outputs,
        attributes: { axis: { kind: 'int', value: 1 } },
      }),
    );
    return this.all.nodes.flatMap((node) =>
      node === last ? this.#made : [this.#measuredElsewhere(node)],
    );
  }

  #findSpare(): Set<string> {
    const [first] = this.pooling.nodes;
    const spare = new Set<string>();
    const isSpare = (name: string) =>
      this.all.consumers
        .get(name)!
        .every(
          (node) => node === first || node.type === 'Shape' || spare.has(node.outputs[0] ?? ''),
        );
    const waiting = [this.pooling.rows];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (spare.has(name) || !isSpare(name)) continue;
      spare.add(name);
      const node = this.#passed(name);
      // Where several nodes need a value, the last of them comes back to it.
      if (node) for (const input of this.#computed(node)) waiting.push(input);
    }
    return spare;
  }

  /** The node before which the row of this value can be taken. */
  #passed(name: string): ReadNode | null {
    const node = this.rowWise.producer(name);
    return node && this.rowWise.is(node) ? node : null;
  }

  #computed(node: ReadNode): string[] {
    return node.inputs.filter((name) => this.rowWise.constantRank(name) === null);
  }

  /** Makes two copies of the row of this value, `[N, 2, width]`, behind those of what it is computed of. */
  #rows(rows: string): string {
    const early = new Map<string, string>();
    const made = new Set<string>();
    const waiting = [rows];
    for (let name = waiting.at(-1); name !== undefined; name = waiting.at(-1)) {
      const node = this.#spare.has(name) ? this.#passed(name) : null;
      const isNew = !early.has(name);
      early.set(name, `clipwright early ${name}`);
      const before = node && isNew ? this.#computed(node).filter((each) => !early.has(each)) : [];
      // The first of them comes on top.
      for (const each of before.reverse()) waiting.push(each);
      if (before.length > 0) continue;
      waiting.pop();
      if (made.has(name)) continue;
      made.add(name);
      const own = early.get(name)!;
      if (node) {
        const inputs = node.inputs.map((each) => early.get(each) ?? each);
        this.#made.push({ ...node, inputs, outputs: [own] });
      } else this.#take(name, own);
    }
    return early.get(rows)!;
  }

  #take(name: string, early: string): void {
    const nodes = pooled(this.pooling, name, (index) => `clipwright row ${index} of ${name}`);
    const [row] = nodes.at(-1)!.outputs;
    const both = `clipwright rows of ${name}`;
    this.#made.push(
      ...nodes,
      newNode({
        type: 'Concat',
        inputs: [row!, row!],
        outputs: [both],
        attributes: { axis: { kind: 'int', value: 1 } },
      }),
      newNode({ type: 'Reshape', inputs: [both, TWO_ROWS], outputs: [early] }),
    );
  }

  /** A node that only asks how large a value is asks another one of that size. */
  #measuredElsewhere(node: ReadNode): ReadNode {
    const [name = ''] = node.inputs;
    if (node.type !== 'Shape' || !this.#spare.has(name)) return node;
    const other = this.#sameSize(name);
    return other === null ? node : { ...node, inputs: [other] };
  }

  /** A value of that size that is computed all the same, or null. */
  #sameSize(value: string): string | null {
    const seen = new Set<string>();
    const waiting = [value];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const node = this.#spare.has(name) ? this.#passed(name) : null;
      if (!node) return name;
      if (seen.has(name) || node.type === 'MatMul' || node.type === 'ReduceMean') continue;
      seen.add(name);
      for (const input of this.#computed(node).reverse()) waiting.push(input);
    }
    return null;
  }
}

function newNode(node: OnnxNode): ReadNode {
  const message = new ProtoMessage(encodeNode(node).finish());
  return { ...node, domain: '', message };
}
