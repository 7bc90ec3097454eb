import type { Dtype } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import type { Op, OpAttrs } from '../graph/op.js';
import { broadcastShapes, sameShape } from '../graph/shape.js';
import type { Tensor, TensorFlow } from './tensorflow.js';

/** Computes one op by TensorFlow.js, such that its own gradient of that is the op's. */
type Kernel<O extends Op> = (
  tf: TensorFlow,
  inputs: readonly Tensor[],
  attrs: OpAttrs[O],
) => Tensor;

/** TensorFlow.js has fewer types: whole numbers are all int32. */
export const TENSORFLOW_DTYPES = {
  float32: 'float32',
  int32: 'int32',
  int64: 'int32',
  uint8: 'int32',
  bool: 'bool',
} as const satisfies Record<Dtype, string>;

type Unary = 'neg' | 'exp' | 'log' | 'sqrt' | 'erf' | 'sigmoid' | 'softplus' | 'relu';
const unary =
  (name: Unary): Kernel<Op> =>
  (tf, [x]) =>
    tf[name](x!);

type Binary = 'add' | 'sub' | 'mul' | 'div' | 'pow';
const binary =
  (name: Binary): Kernel<Op> =>
  (tf, [a, b]) =>
    tf[name](a!, b!);

/**
 * Where both sides are equal TensorFlow.js gives the derivative to the first, and ours goes to the second. It also
 * forgets to sum the derivative over the axes along which a side was broadcast.
 */
const pick =
  (name: 'minimum' | 'maximum'): Kernel<Op> =>
  (tf, inputs) => {
    const [a, b] = broadcastTogether(tf, inputs);
    return tf[name](b!, a!);
  };

/** A product: the gradient of `tf.broadcastTo` is a slice for every repetition. */
function broadcast(tf: TensorFlow, x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : tf.mul(x, tf.ones([...shape]));
}

function commonShape(inputs: readonly Pick<Tensor, 'shape'>[]): number[] {
  let shape: readonly number[] = [];
  for (const x of inputs) shape = broadcastShapes(shape, x.shape) as readonly number[];
  return [...shape];
}

function broadcastTogether(tf: TensorFlow, inputs: readonly Tensor[]): Tensor[] {
  const shape = commonShape(inputs);
  return inputs.map((x) => broadcast(tf, x, shape));
}

/** Lets no derivative pass: TensorFlow.js has none for a comparison, and hands one through a cast to whole numbers. */
function withoutGradient(tf: TensorFlow, inputs: readonly Tensor[], compute: () => Tensor): Tensor {
  const flat = tf.customGrad(() => ({
    value: compute(),
    gradFunc: () => inputs.map(({ shape }) => tf.zeros(shape)),
  }));
  return flat(...inputs);
}

/** One symbolic size at most, which TensorFlow.js finds out. */
const inferrable = (shape: OpAttrs['reshape']['shape']): number[] =>
  shape.map((dim) => (typeof dim === 'number' ? dim : -1));

const KERNELS: { readonly [O in Op]: Kernel<O> } = {
  input: (_tf, _inputs, { name }) => {
    throw new Error(`expected a value for input \`${name}\` but received none`);
  },
  constant: (tf, _inputs, { values, shape, dtype }) => {
    const type = TENSORFLOW_DTYPES[dtype];
    return values.length === 1
      ? tf.fill([...shape], values[0]!, type)
      : tf.tensor([...values], [...shape], type);
  },
  cast: (tf, [x], { to }) => {
    const cast = () => tf.cast(x!, TENSORFLOW_DTYPES[to]);
    return to === 'float32' ? cast() : withoutGradient(tf, [x!], cast);
  },
  neg: unary('neg'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  erf: unary('erf'),
  sigmoid: unary('sigmoid'),
  softplus: unary('softplus'),
  relu: unary('relu'),
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  pow: binary('pow'),
  minimum: pick('minimum'),
  maximum: pick('maximum'),
  greater: (tf, inputs) => withoutGradient(tf, inputs, () => tf.greater(inputs[0]!, inputs[1]!)),
  where: (tf, [condition, ...branches]) => {
    const shape = commonShape([condition!, ...branches]);
    const [a, b] = branches.map((x) => broadcast(tf, x, shape));
    const repeated = withoutGradient(tf, [condition!], () => tf.broadcastTo(condition!, shape));
    return tf.where(repeated, a!, b!);
  },
  gemm: (tf, [a, b, bias], { transA, transB }) => {
    const product = tf.matMul(a!, b!, transA, transB);
    return bias ? tf.add(product, bias) : product;
  },
  matmul: (tf, [a, b]) => {
    const batch = commonShape([a!, b!].map(({ shape }) => ({ shape: shape.slice(0, -2) })));
    const stack = (x: Tensor) => broadcast(tf, x, [...batch, ...x.shape.slice(-2)]);
    return tf.matMul(stack(a!), stack(b!));
  },
  transpose: (tf, [x], { perm }) => tf.transpose(x!, [...perm]),
  gather: (tf, [rows, indices]) => tf.gather(rows!, indices!),
  concat: (tf, inputs, { axis }) => tf.concat([...inputs], axis),
  slice: (tf, [x], { axis, start, end }) => {
    const begin = x!.shape.map((_, at) => (at === axis ? start : 0));
    const size = x!.shape.map((dim, at) => (at === axis ? end - start : dim));
    return tf.slice(x!, begin, size);
  },
  reduceSum: (tf, [x], { axes }) => tf.sum(x!, [...axes], true),
  logSumExp: (tf, [x], { axes }) => tf.logSumExp(x!, [...axes], true),
  softmax: (tf, [x]) => tf.softmax(x!),
  // The mean of all that equal the value, since TensorFlow.js has no derivative of `tf.topk`.
  kthLargest: (tf, [x], { k }) => {
    const taken = withoutGradient(tf, [x!], () => {
      const { values } = tf.topk(x!, k);
      const begin = values.shape.map((dim, axis) =>
        axis === values.shape.length - 1 ? dim - 1 : 0,
      );
      return tf.cast(tf.equal(x!, tf.slice(values, begin)), 'float32');
    });
    return tf.div(tf.sum(tf.mul(x!, taken), -1, true), tf.sum(taken, -1, true));
  },
  reshape: (tf, [x], { shape }) => tf.reshape(x!, inferrable(shape)),
  broadcastTo: (tf, [x], { shape }) => broadcast(tf, x!, shape as readonly number[]),
};

export function computeWith<O extends Op>(
  tf: TensorFlow,
  node: Node<O>,
  inputs: readonly Tensor[],
): Tensor {
  return KERNELS[node.op](tf, inputs, node.attrs);
}
