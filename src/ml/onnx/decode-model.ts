import { DTYPES, type Dtype, type TensorData } from '../graph/dtype.js';
import type { Shape } from '../graph/op.js';
import {
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
  onnxDataType,
} from './model.js';
import { ProtoMessage } from './proto-reader.js';

/** The inverse of `encodeModel`, for files that this program wrote. @throws where it is none */
export function decodeModel(bytes: Uint8Array): OnnxGraph {
  return decodeGraph(only(new ProtoMessage(bytes).messages(7), 'a graph'));
}

function decodeGraph(graph: ProtoMessage): OnnxGraph {
  return {
    name: graph.strings(2)[0] ?? '',
    nodes: graph.messages(1).map(decodeNode),
    initializers: Object.fromEntries(graph.messages(5).map(decodeTensor)),
    inputs: graph.messages(11).map(decodeValue),
    outputs: graph.messages(12).map(decodeValue),
  };
}

function decodeNode(node: ProtoMessage): OnnxNode {
  return {
    type: only(node.strings(4), 'a type'),
    inputs: node.strings(1),
    outputs: node.strings(2),
    attributes: Object.fromEntries(node.messages(5).map(decodeAttribute)),
  };
}

function decodeAttribute(attribute: ProtoMessage): [string, OnnxAttribute] {
  return [only(attribute.strings(1), 'a name'), attributeValue(attribute)];
}

function attributeValue(attribute: ProtoMessage): OnnxAttribute {
  const type = only(attribute.ints(20), 'a type');
  switch (type) {
    case 1:
      return { kind: 'float', value: only(attribute.floats(2), 'a float') };
    case 2:
      return { kind: 'int', value: only(attribute.ints(3), 'an int') };
    case 5:
      return { kind: 'graph', value: decodeGraph(only(attribute.messages(6), 'a graph')) };
    case 7:
      return { kind: 'ints', value: attribute.ints(8) };
    default:
      throw new Error(`the model has an attribute of type ${type}`);
  }
}

function decodeTensor(tensor: ProtoMessage): [string, TensorData] {
  const dtype = dtypeOf(only(tensor.ints(2), 'a data type'));
  // A typed array needs bytes of its own, at a multiple of its elements' size.
  const { buffer } = new Uint8Array(only(tensor.bytes(9), 'raw data'));
  return [
    only(tensor.strings(8), 'a name'),
    { dtype, shape: tensor.ints(1), data: arrayOf(dtype, buffer) },
  ];
}

function arrayOf(dtype: Dtype, buffer: ArrayBuffer): TensorData['data'] {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

function decodeValue(value: ProtoMessage): OnnxValue {
  const tensor = only(only(value.messages(2), 'a type').messages(1), 'a tensor type');
  const shape: Shape = only(tensor.messages(2), 'a shape')
    .messages(1)
    .map((dim) => dim.strings(2)[0] ?? only(dim.ints(1), 'a size'));
  const dtype = dtypeOf(only(tensor.ints(1), 'a data type'));
  return { name: only(value.strings(1), 'a name'), dtype, shape };
}

function dtypeOf(type: number): Dtype {
  const dtype = DTYPES.find((known) => onnxDataType(known) === type);
  if (!dtype) throw new Error(`the model has values of data type ${type}`);
  return dtype;
}

function only<T>(values: readonly T[], what: string): T {
  if (values.length !== 1) throw new Error(`expected ${what} but the model has ${values.length}`);
  return values[0]!;
}
