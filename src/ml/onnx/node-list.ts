import type { TensorData } from '../graph/dtype.js';
import type { OnnxAttribute, OnnxNode } from './model.js';

/** Nodes in the order in which they compute, and the constants that they need, under names that begin alike. */
export class NodeList {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Record<string, TensorData> = {};

  /** @param prefix of every name that nobody chose: with a space, which no export has in its own */
  constructor(private readonly prefix: string) {}

  /** @returns the name of the node's one output */
  emit(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output: string = `${this.prefix} ${this.nodes.length}`,
  ): string {
    this.nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** A node with several outputs. @returns their names */
  emitAll(type: string, inputs: readonly string[], count: number): string[] {
    const outputs = Array.from(
      { length: count },
      (_, at) => `${this.prefix} ${this.nodes.length}.${at}`,
    );
    this.nodes.push({ type, inputs, outputs });
    return outputs;
  }

  floats(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    return this.#constant({ dtype: 'float32', shape, data: Float32Array.from(values) });
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant({ dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) });
  }

  #constant(tensor: TensorData): string {
    const name = `${this.prefix} constant ${Object.keys(this.initializers).length}`;
    this.initializers[name] = tensor;
    return name;
  }
}
