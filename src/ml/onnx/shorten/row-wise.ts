import { isOnnx, numbersOf, type ReadGraph, type ReadNode } from '../rewrite/read-graph.js';

/** Each number of the result depends on one number of each operand. */
const BY_ELEMENT = new Set([
  ...['Cast', 'Identity', 'Neg', 'Abs', 'Sqrt', 'Reciprocal', 'Exp', 'Erf', 'Tanh', 'Sigmoid'],
  ...['Relu', 'Gelu', 'Add', 'Sub', 'Mul', 'Div', 'Pow'],
]);
/** The same, among ONNX Runtime's own: what it writes when it saves a graph that it has fused. */
const BY_ELEMENT_FUSED = new Set(['Gelu', 'FastGelu', 'QuickGelu', 'BiasGelu']);

/** Constants of a graph, and what a node does with rows `[…, width]`. */
export class RowWise {
  readonly #producers: ReadonlyMap<string, ReadNode>;

  readonly #ranks = new Map<string, number | null>();

  constructor(private readonly graph: ReadGraph) {
    this.#producers = new Map(
      graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)),
    );
  }

  /** Null of inputs and initializers. */
  producer(name: string): ReadNode | null {
    return this.#producers.get(name) ?? null;
  }

  /** How many dimensions a value has that is the same in every run; null of any other. */
  constantRank(name: string): number | null {
    const copies: string[] = [];
    let value: string | null = name;
    while (value !== null && !this.#ranks.has(value)) {
      // Of a copy null for now; for ever, where the graph goes round.
      this.#ranks.set(value, this.#ownRank(value));
      copies.push(value);
      value = this.#copied(value);
    }
    const rank = this.#ranks.get(value ?? copies.at(-1)!)!;
    for (const copy of copies) this.#ranks.set(copy, rank);
    return rank;
  }

  /** What a value is a copy of. Exporters write a weight once that is there twice, and cast what is stored in FP16. */
  #copied(name: string): string | null {
    const node = this.graph.tensors.has(name) ? null : this.producer(name);
    const isCopy = node && isOnnx(node) && (node.type === 'Identity' || node.type === 'Cast');
    return isCopy ? node.inputs[0]! : null;
  }

  #ownRank(name: string): number | null {
    const tensor = this.graph.tensors.get(name);
    // A caller could replace an initializer that is an input too.
    if (tensor) return this.graph.inputs.has(name) ? null : tensor.dims.length;
    const node = this.producer(name);
    if (!node || !isOnnx(node) || node.type !== 'Constant') return null;
    const [value] = node.message.messages(5);
    const [tensorValue] = value?.messages(5) ?? [];
    if (tensorValue) return tensorValue.ints(1).length;
    return value?.strings(1)[0] === 'value_float' || value?.strings(1)[0] === 'value_int'
      ? 0
      : null;
  }

  /**
   * Whether each row of the result depends on the same row of what was computed, and on constants alone: then rows can be left out
   * before the node instead of behind it.
   */
  is(node: ReadNode): boolean {
    const [first = '', second = ''] = node.inputs;
    if (node.outputs.length !== 1) return false;
    if (this.#isByElement(node)) return true;
    if (!isOnnx(node) || this.constantRank(first) !== null) return false;
    switch (node.type) {
      case 'MatMul':
        return this.constantRank(second) === 2;
      case 'LayerNormalization':
        return (numbersOf(node).axis ?? -1) === -1 && node.inputs.slice(1).every(this.#isAlongRow);
      case 'ReduceMean':
        return node.inputs.length === 1 && isOverRows(node);
      default:
        return false;
    }
  }

  #isByElement(node: ReadNode): boolean {
    const isKnown = isOnnx(node)
      ? BY_ELEMENT.has(node.type)
      : node.domain === 'com.microsoft' && BY_ELEMENT_FUSED.has(node.type);
    return (
      isKnown &&
      node.inputs.every((name) => this.constantRank(name) === null || this.#isAlongRow(name))
    );
  }

  /** A number or one for each column; more dimensions might be one for each row. */
  readonly #isAlongRow = (name: string): boolean => (this.constantRank(name) ?? 2) <= 1;
}

/** Along the last dimension, which stays with one element. */
function isOverRows(node: ReadNode): boolean {
  const axes = node.message.messages(5).find((each) => each.strings(1)[0] === 'axes');
  const [axis, ...more] = axes?.ints(8) ?? [];
  return axis === -1 && more.length === 0 && (numbersOf(node).keepdims ?? 1) === 1;
}
