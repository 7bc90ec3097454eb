import type { Dtype, TensorData } from '../graph/dtype.js';
import type { Shape } from '../graph/op.js';
import { ProtoWriter } from './protobuf.js';

/**
 * The messages of ONNX that are needed here. Field numbers:
 * https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto
 */
export const OPSET = 17;
const IR_VERSION = 8;

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'graph'; readonly value: OnnxGraph };

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: Readonly<Record<string, TensorData>>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const DATA_TYPES: Readonly<Record<Dtype, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};

export function onnxDataType(dtype: Dtype): number {
  return DATA_TYPES[dtype];
}

export function encodeModel(graph: OnnxGraph): Uint8Array {
  return new ProtoWriter()
    .int(1, IR_VERSION)
    .string(2, 'clipwright')
    .message(7, encodeGraph(graph))
    .message(8, new ProtoWriter().string(1, '').int(2, OPSET))
    .finish();
}

function encodeGraph(graph: OnnxGraph): ProtoWriter {
  const out = new ProtoWriter();
  for (const node of graph.nodes) out.message(1, encodeNode(node));
  out.string(2, graph.name);
  for (const [name, tensor] of Object.entries(graph.initializers)) {
    out.message(5, encodeTensor(name, tensor));
  }
  for (const value of graph.inputs) out.message(11, encodeValue(value));
  for (const value of graph.outputs) out.message(12, encodeValue(value));
  return out;
}

/** A NodeProto. */
export function encodeNode(node: OnnxNode): ProtoWriter {
  const out = new ProtoWriter();
  for (const name of node.inputs) out.string(1, name);
  for (const name of node.outputs) out.string(2, name);
  out.string(4, node.type);
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
    out.message(5, encodeAttribute(name, attribute));
  }
  return out;
}

function encodeAttribute(name: string, attribute: OnnxAttribute): ProtoWriter {
  const out = new ProtoWriter().string(1, name);
  switch (attribute.kind) {
    case 'float':
      return out.float(2, attribute.value).int(20, 1);
    case 'int':
      return out.int(3, attribute.value).int(20, 2);
    case 'graph':
      return out.message(6, encodeGraph(attribute.value)).int(20, 5);
    case 'ints':
      return out.ints(8, attribute.value).int(20, 7);
  }
}

/** A TensorProto, elements as raw little-endian bytes. */
export function encodeTensor(name: string, { dtype, shape, data }: TensorData): ProtoWriter {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new ProtoWriter().ints(1, shape).int(2, DATA_TYPES[dtype]).string(8, name).bytes(9, raw);
}

/** A ValueInfoProto. */
export function encodeValue({ name, dtype, shape }: OnnxValue): ProtoWriter {
  const dims = new ProtoWriter();
  for (const dim of shape) {
    const entry = new ProtoWriter();
    dims.message(1, typeof dim === 'number' ? entry.int(1, dim) : entry.string(2, dim));
  }
  const tensor = new ProtoWriter().int(1, DATA_TYPES[dtype]).message(2, dims);
  return new ProtoWriter().string(1, name).message(2, new ProtoWriter().message(1, tensor));
}
