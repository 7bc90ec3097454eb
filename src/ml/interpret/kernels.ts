import type { Node } from '../graph/node.js';
import type { Op, OpAttrs } from '../graph/op.js';
import { broadcastShapes } from '../graph/shape.js';
import { erf } from './erf.js';
import { broadcastOffsets, filled, type Value } from './value.js';

/** Computes one op in float64, as plainly as possible: the reference that ONNX Runtime is held against. */
export type Kernel<O extends Op> = (inputs: readonly Value[], attrs: OpAttrs[O]) => Value;

function elementwise(f: (...xs: number[]) => number): Kernel<Op> {
  return (inputs) => {
    let shape: readonly number[] = [];
    for (const x of inputs) shape = broadcastShapes(shape, x.shape) as readonly number[];
    const offsets = inputs.map((x) => broadcastOffsets(x.shape, shape));
    const out = filled(shape);
    for (let at = 0; at < out.data.length; at++) {
      out.data[at] = f(...inputs.map((x, i) => x.data[offsets[i]![at]!]!));
    }
    return out;
  };
}

/** Axis i of the result is axis `perm[i]` of the input. */
function transposed({ shape, data }: Value, perm: readonly number[] = [1, 0]): Value {
  const out = filled(perm.map((axis) => shape[axis]!));
  const strides = perm.map((axis) => around(shape, axis).inner);
  for (let at = 0; at < out.data.length; at++) {
    let rest = at;
    let from = 0;
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += (rest % out.shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / out.shape[axis]!);
    }
    out.data[at] = data[from]!;
  }
  return out;
}

/** The matrices of a stack, in row-major order of the leading axes broadcast to `batch`. */
function matrices({ shape, data }: Value, batch: readonly number[]): Value[] {
  const matrix = shape.slice(-2);
  const size = matrix[0]! * matrix[1]!;
  return Array.from(broadcastOffsets(shape.slice(0, -2), batch), (offset) => {
    return { shape: matrix, data: data.subarray(offset * size, (offset + 1) * size) };
  });
}

function product(a: Value, b: Value): Value {
  const [rows, inner] = a.shape as [number, number];
  const columns = b.shape[1]!;
  const out = filled([rows, columns]);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const factor = a.data[row * inner + k]!;
      for (let column = 0; column < columns; column++) {
        out.data[row * columns + column]! += factor * b.data[k * columns + column]!;
      }
    }
  }
  return out;
}

/** Elements before and after `axis`: a row-major tensor is `outer` blocks of `shape[axis] × inner`. */
function around(shape: readonly number[], axis: number): { outer: number; inner: number } {
  const count = (dims: readonly number[]) => dims.reduce((total, dim) => total * dim, 1);
  return { outer: count(shape.slice(0, axis)), inner: count(shape.slice(axis + 1)) };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** IEEE 754's pow, of which JavaScript's `**` differs in these two cases. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}
const addition = elementwise((a, b) => a! + b!);

export const KERNELS: { readonly [O in Op]: Kernel<O> } = {
  input: (_, { name }) => {
    throw new Error(`expected a value for input \`${name}\` but received none`);
  },
  constant: (_, { values, shape }) => {
    const out = filled(shape, values[0]);
    if (values.length > 1) out.data.set(values);
    return out;
  },
  cast: (inputs, { to }) => {
    if (to === 'float32') return inputs[0]!;
    if (to === 'bool') return elementwise((x) => (x === 0 ? 0 : 1))(inputs, {});
    return elementwise((x) => Math.trunc(x!))(inputs, {});
  },
  neg: elementwise((x) => -x!),
  exp: elementwise((x) => Math.exp(x!)),
  log: elementwise((x) => Math.log(x!)),
  sqrt: elementwise((x) => Math.sqrt(x!)),
  erf: elementwise((x) => erf(x!)),
  sigmoid: elementwise((x) => sigmoid(x!)),
  softplus: elementwise((x) => Math.max(x!, 0) + Math.log1p(Math.exp(-Math.abs(x!)))),
  relu: elementwise((x) => Math.max(x!, 0)),
  add: addition,
  sub: elementwise((a, b) => a! - b!),
  mul: elementwise((a, b) => a! * b!),
  div: elementwise((a, b) => a! / b!),
  pow: elementwise((a, b) => power(a!, b!)),
  minimum: elementwise((a, b) => Math.min(a!, b!)),
  maximum: elementwise((a, b) => Math.max(a!, b!)),
  greater: elementwise((a, b) => (a! > b! ? 1 : 0)),
  where: elementwise((condition, a, b) => (condition ? a! : b!)),
  gemm: (inputs, { transA, transB }) => {
    const [a, b, bias] = inputs as [Value, Value, Value | undefined];
    const out = product(transA ? transposed(a) : a, transB ? transposed(b) : b);
    return bias ? addition([out, bias], {}) : out;
  },
  matmul: ([a, b]) => {
    const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    const stack = batch as readonly number[];
    const [left, right] = [matrices(a!, stack), matrices(b!, stack)];
    const [rows, columns] = [a!.shape.at(-2)!, b!.shape.at(-1)!];
    const out = filled([...stack, rows, columns]);
    left.forEach((matrix, at) => {
      out.data.set(product(matrix, right[at]!).data, at * rows * columns);
    });
    return out;
  },
  transpose: ([x], { perm }) => transposed(x!, perm),
  gather: ([rows, indices]) => {
    const rest = rows!.shape.slice(1);
    const { inner } = around(rows!.shape, 0);
    const out = filled([...indices!.shape, ...rest]);
    indices!.data.forEach((index, at) => {
      const row = index < 0 ? index + rows!.shape[0]! : index;
      if (row < 0 || row >= rows!.shape[0]!)
        throw new RangeError(`gather: row ${index} is out of range`);
      out.data.set(rows!.data.subarray(row * inner, (row + 1) * inner), at * inner);
    });
    return out;
  },
  concat: (inputs, { axis }) => {
    const total = inputs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    const shape = inputs[0]!.shape.map((dim, at) => (at === axis ? total : dim));
    const { outer, inner } = around(shape, axis);
    const out = filled(shape);
    let start = 0;
    for (const x of inputs) {
      const width = x.shape[axis]! * inner;
      for (let block = 0; block < outer; block++) {
        const part = x.data.subarray(block * width, (block + 1) * width);
        out.data.set(part, block * total * inner + start);
      }
      start += width;
    }
    return out;
  },
  slice: ([x], { axis, start, end }) => {
    const shape = x!.shape.map((dim, at) => (at === axis ? end - start : dim));
    const { outer, inner } = around(shape, axis);
    const out = filled(shape);
    const stride = x!.shape[axis]! * inner;
    for (let block = 0; block < outer; block++) {
      const from = block * stride + start * inner;
      const part = x!.data.subarray(from, from + (end - start) * inner);
      out.data.set(part, block * (end - start) * inner);
    }
    return out;
  },
  reduceSum: ([x], { axes }) => {
    const shape = x!.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const out = filled(shape);
    const offsets = broadcastOffsets(shape, x!.shape);
    x!.data.forEach((value, at) => {
      out.data[offsets[at]!]! += value;
    });
    return out;
  },
  logSumExp: ([x], { axes }) => {
    const shape = x!.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const offsets = broadcastOffsets(shape, x!.shape);
    const largest = filled(shape, -Infinity);
    x!.data.forEach((value, at) => {
      largest.data[offsets[at]!] = Math.max(largest.data[offsets[at]!]!, value);
    });
    const out = filled(shape);
    x!.data.forEach((value, at) => {
      const offset = offsets[at]!;
      out.data[offset]! += value === -Infinity ? 0 : Math.exp(value - largest.data[offset]!);
    });
    out.data.forEach((sum, at) => {
      out.data[at] = Math.log(sum) + largest.data[at]!;
    });
    return out;
  },
  kthLargest: ([x], { k }) => {
    const width = x!.shape.at(-1)!;
    const out = filled([...x!.shape.slice(0, -1), 1]);
    out.data.forEach((_, at) => {
      const row = x!.data.slice(at * width, (at + 1) * width);
      out.data[at] = row.sort((a, b) => b - a)[k - 1]!;
    });
    return out;
  },
  softmax: ([x]) => {
    const width = x!.shape.at(-1)!;
    const out = filled(x!.shape);
    for (let from = 0; from < x!.data.length; from += width) {
      const row = x!.data.subarray(from, from + width);
      const largest = row.reduce((max, value) => Math.max(max, value), -Infinity);
      const powers = row.map((value) => Math.exp(value - largest));
      const sum = powers.reduce((total, value) => total + value, 0);
      out.data.set(
        powers.map((value) => value / sum),
        from,
      );
    }
    return out;
  },
  reshape: ([x], { shape }) => {
    const known = shape.reduce<number>(
      (size, dim) => size * (typeof dim === 'number' ? dim : 1),
      1,
    );
    const rest = x!.data.length / known;
    return { shape: shape.map((dim) => (typeof dim === 'number' ? dim : rest)), data: x!.data };
  },
  broadcastTo: ([x], { shape }) => {
    const target = shape as readonly number[];
    const offsets = broadcastOffsets(x!.shape, target);
    return { shape: target, data: Float64Array.from(offsets, (offset) => x!.data[offset]!) };
  },
};

export function compute<O extends Op>(node: Node<O>, inputs: readonly Value[]): Value {
  return KERNELS[node.op](inputs, node.attrs);
}
