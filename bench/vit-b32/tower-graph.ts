import type { Rng } from '../../src/ml/data/rng.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import {
  encodeModel,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxValue,
} from '../../src/ml/onnx/model.js';

type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** An ONNX graph under construction. Ops are those of the exports that people have: LayerNorm and QuickGELU in their parts. */
export class TowerGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: Record<string, TensorData> = {};

  constructor(private readonly rng: Rng) {}

  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `${type}_${this.#nodes.length}`;
    this.#nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** @returns the name of a weight with uniform values of this standard deviation */
  weight(name: string, shape: readonly number[], deviation: number, mean = 0): string {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const scale = (2 * Math.sqrt(3) * deviation) / 2 ** 32;
    const least = mean - Math.sqrt(3) * deviation;
    for (let i = 0; i < data.length; i += 1) data[i] = least + scale * this.rng.nextUint32();
    this.#initializers[name] = { dtype: 'float32', shape, data };
    return name;
  }

  /** `shape` is that of a list where it is left out. */
  int64(
    name: string,
    values: readonly number[],
    shape: readonly number[] = [values.length],
  ): string {
    this.#initializers[name] ??= {
      dtype: 'int64',
      shape,
      data: BigInt64Array.from(values, (value) => BigInt(value)),
    };
    return name;
  }

  scalar(name: string, value: number): string {
    return this.tensor(name, [], Float32Array.of(value));
  }

  tensor(name: string, shape: readonly number[], data: Float32Array): string {
    this.#initializers[name] ??= { dtype: 'float32', shape, data };
    return name;
  }

  /** `x` `[…, from]` to `[…, to]`; `bias` is left out where there is none. */
  linear(
    x: string,
    name: string,
    { from, to, deviation, bias }: { from: number; to: number; deviation: number; bias: boolean },
  ): string {
    const product = this.op('MatMul', [x, this.weight(`${name}.weight`, [from, to], deviation)]);
    return bias ? this.op('Add', [this.weight(`${name}.bias`, [to], 0.02), product]) : product;
  }

  layerNorm(x: string, name: string, width: number): string {
    const axes = { axes: { kind: 'ints', value: [-1] } } as const;
    const centred = this.op('Sub', [x, this.op('ReduceMean', [x], axes)]);
    const squares = this.op('Pow', [centred, this.scalar('two', 2)]);
    const variance = this.op('ReduceMean', [squares], axes);
    const deviation = this.op('Sqrt', [this.op('Add', [variance, this.scalar('epsilon', 1e-5)])]);
    const scaled = this.op('Mul', [
      this.op('Div', [centred, deviation]),
      this.weight(`${name}.weight`, [width], 0.1, 1),
    ]);
    return this.op('Add', [scaled, this.weight(`${name}.bias`, [width], 0.05)]);
  }

  encode(
    name: string,
    inputs: readonly OnnxValue[],
    output: OnnxValue,
    result: string,
  ): Uint8Array {
    this.#nodes.push({ type: 'Identity', inputs: [result], outputs: [output.name] });
    return encodeModel({
      name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs,
      outputs: [output],
    });
  }
}

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
