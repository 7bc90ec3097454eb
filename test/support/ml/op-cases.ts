import * as g from '../../../src/ml/graph/build.js';
import type { Dtype } from '../../../src/ml/graph/dtype.js';
import type { Node } from '../../../src/ml/graph/node.js';
import type { Op } from '../../../src/ml/graph/op.js';
import { makeValue, type Value } from '../../../src/ml/interpret/value.js';
import { randomValue } from './random.js';

/** One row of the op table: inputs and what is built of them. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly (Value & { readonly dtype?: Dtype })[];
  readonly build: (...inputs: Node[]) => Node;
  /** Inputs whose gradients are checked; none where the values sit on an edge or no gradient is defined. */
  readonly differentiable: readonly number[];
}

const INF = Number.POSITIVE_INFINITY;
const SPECIAL = [0, -0, 1, -1, 1e-30, 100, -100, INF, -INF, Number.NaN];
const whole = (values: number[], shape: number[], dtype: Dtype) => ({
  ...makeValue(values, shape),
  dtype,
});

function unary(build: (x: Node) => Node, low: number, high: number): OpCase[] {
  return [
    { name: 'matrix', inputs: [randomValue([3, 4], 1, low, high)], build, differentiable: [0] },
    { name: 'scalar', inputs: [randomValue([], 2, low, high)], build, differentiable: [0] },
    { name: 'edges', inputs: [makeValue(SPECIAL, [SPECIAL.length])], build, differentiable: [] },
    { name: 'empty', inputs: [makeValue([], [0, 4])], build, differentiable: [] },
  ];
}

/** Every way in which two shapes may meet; the left side is drawn from [lowA, highA), the right from [lowB, highB). */
function binary(
  build: (a: Node, b: Node) => Node,
  [lowA, highA]: [number, number] = [-2, 2],
  [lowB, highB]: [number, number] = [-2, 2],
  differentiable: readonly number[] = [0, 1],
): OpCase[] {
  const shapes: [number[], number[]][] = [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 4], [4]],
    [[4], [3, 4]],
    [
      [3, 1],
      [1, 4],
    ],
    [[3, 4], []],
    [[], [3, 4]],
    [
      [2, 3, 4],
      [3, 1],
    ],
  ];
  const cases = shapes.map(([a, b], at): OpCase => {
    const inputs = [
      randomValue(a, at * 2 + 1, lowA, highA),
      randomValue(b, at * 2 + 2, lowB, highB),
    ];
    return { name: `[${a}] with [${b}]`, inputs, build, differentiable };
  });
  const left = SPECIAL.flatMap((x) => SPECIAL.map(() => x));
  const right = SPECIAL.flatMap(() => SPECIAL);
  const edges = [makeValue(left, [left.length]), makeValue(right, [right.length])];
  const empty = [makeValue([], [0, 4]), randomValue([4], 1)];
  cases.push({ name: 'edges', inputs: edges, build, differentiable: [] });
  cases.push({ name: 'empty', inputs: empty, build, differentiable: [] });
  return cases;
}

function gemms(): OpCase[] {
  const cases: OpCase[] = [];
  for (const transA of [false, true]) {
    for (const transB of [false, true]) {
      const a = randomValue(transA ? [4, 3] : [3, 4], 1);
      const b = randomValue(transB ? [5, 4] : [4, 5], 2);
      const name = `A${transA ? 'ᵀ' : ''}·B${transB ? 'ᵀ' : ''}`;
      const build = (x: Node, y: Node, bias?: Node) => g.gemm(x, y, { transA, transB, bias });
      cases.push({ name, inputs: [a, b], build, differentiable: [0, 1] });
      for (const shape of [[5], [1, 5], [3, 1], [3, 5], []]) {
        const inputs = [a, b, randomValue(shape, 3)];
        const full = `${name} + bias [${shape}]`;
        cases.push({ name: full, inputs, build, differentiable: [0, 1, 2] });
      }
    }
  }
  const spoiled = [makeValue([1, Number.NaN, INF, 1], [2, 2]), makeValue([1, 0, 0, 1], [2, 2])];
  const build = (a: Node, b: Node) => g.gemm(a, b);
  cases.push({ name: 'NaN and infinity', inputs: spoiled, build, differentiable: [] });
  return cases;
}

function matmuls(): OpCase[] {
  const shapes: [number[], number[]][] = [
    [
      [3, 4],
      [4, 5],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4],
      [4, 5],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 1, 3, 4],
      [3, 4, 2],
    ],
  ];
  return shapes.map(([a, b], at) => ({
    name: `[${a}] · [${b}]`,
    inputs: [randomValue(a, at * 2 + 1), randomValue(b, at * 2 + 2)],
    build: g.matmul,
    differentiable: [0, 1],
  }));
}

const tie = [makeValue([1, 2, 3], [3]), makeValue([3, 2, 1], [3])];

export const OP_CASES: Readonly<Record<Op, readonly OpCase[]>> = {
  input: [
    { name: 'itself', inputs: [randomValue([2, 2], 1)], build: (x) => x, differentiable: [0] },
  ],
  constant: [
    {
      name: 'values and one value for all',
      inputs: [randomValue([2, 2], 1)],
      build: (x) => g.mul(g.mul(x, g.constant([1, 2, 3, 4], [2, 2])), g.constant(0.5, [2, 2])),
      differentiable: [0],
    },
  ],
  cast: [
    {
      name: 'uint8 to float32',
      inputs: [whole([0, 1, 255], [3], 'uint8')],
      build: (x) => g.cast(x, 'float32'),
      differentiable: [],
    },
    {
      name: 'bool to float32',
      inputs: [whole([0, 1], [2], 'bool')],
      build: (x) => g.cast(x, 'float32'),
      differentiable: [],
    },
    {
      name: 'float32 to int32 cuts towards zero',
      inputs: [makeValue([1.7, -1.7, 0], [3])],
      build: (x) => g.cast(g.cast(x, 'int32'), 'float32'),
      differentiable: [],
    },
  ],
  neg: unary(g.neg, -2, 2),
  exp: unary(g.exp, -2, 2),
  log: unary(g.log, 0.1, 3),
  sqrt: unary(g.sqrt, 0.1, 3),
  erf: unary(g.erf, -3, 3),
  sigmoid: unary(g.sigmoid, -4, 4),
  softplus: unary(g.softplus, -4, 4),
  relu: [...unary(g.relu, 0.1, 2), ...unary(g.relu, -2, -0.1)],
  add: binary(g.add),
  sub: binary(g.sub),
  mul: binary(g.mul),
  div: binary(g.div, [-2, 2], [0.5, 2]),
  pow: binary(g.pow, [0.1, 2], [-2, 3]),
  minimum: [
    ...binary(g.minimum, [-2, 0], [0.1, 2]),
    ...binary(g.minimum, [0.1, 2], [-2, 0]),
    { name: 'each side once', inputs: tie, build: g.minimum, differentiable: [] },
  ],
  maximum: [
    ...binary(g.maximum, [-2, 0], [0.1, 2]),
    ...binary(g.maximum, [0.1, 2], [-2, 0]),
    { name: 'each side once', inputs: tie, build: g.maximum, differentiable: [] },
  ],
  greater: binary((a, b) => g.where(g.greater(a, b), 1, 0), [-2, 2], [-2, 2], []),
  where: [
    ...binary((a, b) => g.where(g.greater(a, b), a, b), [-2, 0], [0.1, 2]),
    {
      name: 'condition that broadcasts',
      inputs: [whole([1, 0, 1], [3, 1], 'bool'), randomValue([4], 1), randomValue([3, 1], 2)],
      build: g.where,
      differentiable: [1, 2],
    },
    {
      name: 'shields from NaN on the other side',
      inputs: [
        whole([1, 0], [2], 'bool'),
        makeValue([1, Number.NaN], [2]),
        makeValue([Number.NaN, 2], [2]),
      ],
      build: g.where,
      differentiable: [],
    },
  ],
  gemm: gemms(),
  matmul: matmuls(),
  transpose: [
    {
      name: 'matrix',
      inputs: [randomValue([3, 4], 1)],
      build: (x) => g.transpose(x),
      differentiable: [0],
    },
    {
      name: 'every axis moves',
      inputs: [randomValue([2, 3, 4], 1)],
      build: (x) => g.transpose(x, [2, 0, 1]),
      differentiable: [0],
    },
    {
      name: 'the last two of four',
      inputs: [randomValue([2, 1, 3, 4], 1)],
      build: g.swapLast,
      differentiable: [0],
    },
    {
      name: 'empty',
      inputs: [makeValue([], [0, 4])],
      build: (x) => g.transpose(x),
      differentiable: [],
    },
  ],
  gather: [
    {
      name: 'rows, repeated and out of order',
      inputs: [randomValue([4, 3], 1), whole([3, 0, 0, 2], [4], 'int32')],
      build: g.gather,
      differentiable: [],
    },
    {
      name: 'uint8 rows at int64 indices',
      inputs: [whole([1, 2, 3, 4], [2, 2], 'uint8'), whole([1, 0], [2], 'int64')],
      build: (rows, indices) => g.cast(g.gather(rows, indices), 'float32'),
      differentiable: [],
    },
    {
      name: 'no rows',
      inputs: [randomValue([4, 3], 1), whole([], [0], 'int32')],
      build: g.gather,
      differentiable: [],
    },
  ],
  concat: [0, 1].map((axis) => ({
    name: `axis ${axis}`,
    inputs: [randomValue([2, 3], 1), randomValue([2, 3], 2), randomValue([2, 3], 3)],
    build: (...xs: Node[]) => g.concat(xs, axis),
    differentiable: [0, 1, 2],
  })),
  slice: [
    [0, 0, 2],
    [0, 1, 4],
    [1, 1, 2],
    [1, 0, 3],
  ].map(([axis, start, end]) => ({
    name: `axis ${axis}, ${start} … ${end}`,
    inputs: [randomValue([4, 3], 1)],
    build: (x: Node) => g.slice(x, axis!, start!, end!),
    differentiable: [0],
  })),
  logSumExp: [
    {
      name: 'last axis',
      inputs: [randomValue([3, 4], 1)],
      build: (x) => g.logSumExp(x, [1]),
      differentiable: [0],
    },
    {
      name: 'first and last of three axes',
      inputs: [randomValue([2, 3, 4], 1)],
      build: (x) => g.logSumExp(x, [0, 2]),
      differentiable: [0],
    },
    {
      name: 'far from 0',
      inputs: [makeValue([1000, 999, -1000, -1001], [2, 2])],
      build: (x) => g.logSumExp(x, [1]),
      differentiable: [],
    },
  ],
  softmax: [
    { name: 'rows', inputs: [randomValue([3, 4], 1)], build: g.softmax, differentiable: [0] },
    {
      name: 'three axes',
      inputs: [randomValue([2, 3, 4], 1)],
      build: g.softmax,
      differentiable: [0],
    },
    {
      name: 'far from 0',
      inputs: [makeValue([1000, 999, -1000, -1001], [2, 2])],
      build: g.softmax,
      differentiable: [],
    },
  ],
  kthLargest: [
    ...[1, 2, 4].map((k) => ({
      name: `${k} of 4`,
      inputs: [randomValue([3, 4], 1)],
      build: (x: Node) => g.kthLargest(x, k),
      differentiable: [0],
    })),
    {
      name: 'three axes',
      inputs: [randomValue([2, 3, 4], 1)],
      build: (x) => g.kthLargest(x, 2),
      differentiable: [0],
    },
    {
      name: 'ties',
      inputs: [makeValue([1, 2, 2, 2, 5, 5, 0, -1], [2, 4])],
      build: (x) => g.kthLargest(x, 2),
      differentiable: [],
    },
  ],
  reduceSum: [[0], [1], [0, 1], [2], [0, 2]].flatMap((axes) =>
    [true, false].map((keepDims) => ({
      name: `axes [${axes}]${keepDims ? ' kept' : ''}`,
      inputs: [randomValue([2, 3, 4], 1)],
      build: (x: Node) => g.reduceSum(x, axes, keepDims),
      differentiable: [0],
    })),
  ),
  reshape: [
    {
      name: 'another rank',
      inputs: [randomValue([2, 6], 1)],
      build: (x) => g.reshape(x, [3, 2, 2]),
      differentiable: [0],
    },
    {
      name: 'to a scalar',
      inputs: [randomValue([1, 1], 1)],
      build: (x) => g.reshape(x, []),
      differentiable: [0],
    },
  ],
  broadcastTo: [[[3, 1]], [[4]], [[]]].map(([shape]) => ({
    name: `[${shape}] to [3, 4]`,
    inputs: [randomValue(shape!, 1)],
    build: (x: Node) => g.broadcastTo(x, [3, 4]),
    differentiable: [0],
  })),
};

/** The input nodes of a case, `x0`, `x1`, …, with their feeds. */
export function instantiate({ inputs }: OpCase): { nodes: Node[]; feeds: Record<string, Value> } {
  const nodes = inputs.map(({ shape, dtype }, i) => g.input(`x${i}`, shape, dtype ?? 'float32'));
  return { nodes, feeds: Object.fromEntries(inputs.map((value, i) => [`x${i}`, value])) };
}
