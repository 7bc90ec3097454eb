import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { isOp, type Node } from '../../../../src/ml/graph/node.js';
import { OPS, type Op } from '../../../../src/ml/graph/op.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import type { Value } from '../../../../src/ml/interpret/value.js';
import { TENSORFLOW_DTYPES } from '../../../../src/ml/tensorflow/kernels.js';
import { makeProgram } from '../../../../src/ml/tensorflow/program.js';
import type { Tensor } from '../../../../src/ml/tensorflow/tensorflow.js';
import { expectClose } from '../../../support/ml/close.js';
import { weighedSum } from '../../../support/ml/finite-differences.js';
import { instantiate, OP_CASES, type OpCase } from '../../../support/ml/op-cases.js';
import { tf } from '../../../support/ml/tensorflow.js';

/** Float32 against float64; TensorFlow.js's plain Erf is a polynomial that is 1.5e-7 off. */
const TOLERANCE = { absolute: 2e-6, relative: 4e-6 };

/** JavaScript's power differs from IEEE 754's in 1^NaN and 1^±∞; the native backends have the latter. */
const forwardCases = (op: Op) =>
  OP_CASES[op].filter(({ name }) => op !== 'pow' || name !== 'edges');

/** The inputs as tensors, and as float32 holds them. */
function feed(row: OpCase) {
  const { nodes } = instantiate(row);
  const tensors: Record<string, Tensor> = {};
  const reference: Record<string, Value> = {};
  row.inputs.forEach(({ shape, data, dtype = 'float32' }, i) => {
    tensors[`x${i}`] = tf.tensor([...data], [...shape], TENSORFLOW_DTYPES[dtype]);
    reference[`x${i}`] = { shape, data: Float64Array.from(data, Math.fround) };
  });
  return { nodes, tensors, reference };
}

describe.each(OPS)('%s in TensorFlow.js', (op) => {
  it.each(forwardCases(op))('equals the reference: $name', (row) => {
    const { nodes, tensors, reference } = feed(row);
    const graph = { outputs: { y: row.build(...nodes) } };
    const { y } = makeProgram(tf, graph)(tensors);
    const expected = interpret(graph, reference).y;
    expect(y.shape).toEqual(expected.shape);
    expectClose(y.dataSync(), float32Range(expected.data), TOLERANCE);
  });

  const differentiable = OP_CASES[op].filter((row) => row.differentiable.length > 0);
  it.runIf(differentiable.length > 0).each(differentiable)(
    'has the gradient by its tape that we have by rule: $name',
    (row) => {
      const { nodes, tensors, reference } = feed(row);
      const loss = weighedSum(row.build(...nodes));
      const by = row.differentiable.map((at) => nodes[at]!);
      const ours = gradients(loss, by);
      const program = makeProgram(tf, { outputs: { loss } });
      const lossOf = (...values: Tensor[]) => {
        const moved = by.map((node, i) => [nameOf(node), values[i]!]);
        return program({ ...tensors, ...Object.fromEntries(moved) }).loss;
      };
      const theirs = tf.valueAndGrads(lossOf)(by.map((node) => tensors[nameOf(node)]!)).grads;
      by.forEach((_, i) => {
        const expected = interpret({ outputs: { gradient: ours[i]! } }, reference).gradient;
        expect(theirs[i]!.shape).toEqual(expected.shape);
        expectClose(theirs[i]!.dataSync(), expected.data, TOLERANCE);
      });
    },
  );
});

function nameOf(node: Node): string {
  if (!isOp(node, 'input')) throw new Error('expected an input');
  return node.attrs.name;
}

/** Results too large for float32 are infinite there. */
function float32Range(values: Float64Array): Float64Array {
  return values.map((x) => (Math.abs(x) > 3.4028235e38 ? Math.sign(x) * Infinity : x));
}
