import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../../src/ml/graph/dtype.js';
import { decodeModel } from '../../../../src/ml/onnx/decode-model.js';
import { encodeModel, type OnnxGraph } from '../../../../src/ml/onnx/model.js';
import { ProtoMessage } from '../../../../src/ml/onnx/proto-reader.js';
import { ProtoWriter } from '../../../../src/ml/onnx/protobuf.js';

const INNER: OnnxGraph = {
  name: 'inner',
  nodes: [],
  initializers: {},
  inputs: [{ name: 'flag', dtype: 'bool', shape: [] }],
  outputs: [],
};
const TENSORS: Record<string, TensorData> = {
  weights: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1.5, -2, Infinity, 1e-40) },
  sizes: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) },
  rows: { dtype: 'int32', shape: [1], data: Int32Array.of(-7) },
  levels: { dtype: 'uint8', shape: [3], data: Uint8Array.of(0, 128, 255) },
  mask: { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
  scalar: { dtype: 'float32', shape: [], data: Float32Array.of(3) },
  nothing: { dtype: 'float32', shape: [0], data: new Float32Array(0) },
};
const GRAPH: OnnxGraph = {
  name: 'é',
  nodes: [
    { type: 'Neg', inputs: ['x'], outputs: ['y'], attributes: {} },
    {
      type: 'Loop',
      inputs: ['', 'y'],
      outputs: ['z', 'zz'],
      attributes: {
        alpha: { kind: 'float', value: 0.5 },
        axis: { kind: 'int', value: -1 },
        perm: { kind: 'ints', value: [1, 0] },
        none: { kind: 'ints', value: [] },
        body: { kind: 'graph', value: INNER },
      },
    },
  ],
  initializers: TENSORS,
  inputs: [{ name: 'x', dtype: 'float32', shape: ['N', 512] }],
  outputs: [{ name: 'z', dtype: 'int64', shape: [0, 'M'] }],
};

describe('a model', () => {
  it('that was written is read as it was', () => {
    expect(decodeModel(encodeModel(GRAPH))).toEqual(GRAPH);
  });

  it('is read from the middle of a buffer', () => {
    const bytes = encodeModel(GRAPH);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeModel(moved.subarray(3))).toEqual(GRAPH);
  });

  it('cut off anywhere is no model, and says so in words', () => {
    const bytes = encodeModel(GRAPH);
    for (let length = 0; length < bytes.length - 16; length++) {
      expect(() => decodeModel(bytes.subarray(0, length))).toThrow(
        /the (message|model) |expected /,
      );
    }
  });

  it.each([
    ['a field of an unknown wire type', Uint8Array.of(0x0b), 'wire type 3'],
    ['a number without end', new Uint8Array(12).fill(0xff), 'more than ten bytes'],
    ['a field that is longer than the file', Uint8Array.of(0x3a, 0x7f), 'in the middle of a field'],
    ['no graph', new ProtoWriter().int(1, 8).finish(), 'expected a graph but the model has 0'],
    ['a graph that is a number', new ProtoWriter().int(7, 8).finish(), 'field 7 of the message'],
  ])('with %s is refused', (_name, bytes, message) => {
    expect(() => decodeModel(bytes)).toThrow(message);
  });

  it('keeps the values of a repeated field in order', () => {
    const message = new ProtoMessage(new ProtoWriter().ints(3, [5, -2, 0]).float(4, 0.25).finish());
    expect(message.ints(3)).toEqual([5, -2, 0]);
    expect(message.floats(4)).toEqual([0.25]);
    expect(message.bytes(9)).toEqual([]);
  });
});
