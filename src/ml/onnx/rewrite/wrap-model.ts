import { type FileHandle, open } from 'node:fs/promises';
import { ClipwrightError } from '../../../errors/clipwright-error.js';
import { encodeNode, encodeTensor, encodeValue, type OnnxValue } from '../model.js';
import type { NodeList } from '../node-list.js';
import { ProtoFile } from '../proto-file.js';
import { ProtoWriter } from '../protobuf.js';
import { neededFields } from './needed-fields.js';
import { addPieceOfFile, fieldOf, type Piece, pieceOf, pieceOfFile } from './proto-pieces.js';
import { type LocatedGraph, readGraph, wholeFields } from './read-graph.js';

/** What is computed before and behind a model. */
export interface Wrapping {
  readonly inputs: readonly OnnxValue[];
  /** Whose values take the place of the model's inputs of the same names. */
  readonly before: NodeList;
  readonly after: NodeList;
  readonly output: OnnxValue;
  /** For whoever opens the file: what was done to it. */
  readonly notice: string;
}

/** Names of the model: the inputs that the output needs, and the output that was found. */
export interface WrappedModel {
  readonly inputs: ReadonlySet<string>;
  readonly output: string;
}

/**
 * A model with other ends, as the bytes of a file: its weights are streamed as they are, those outside stay where they are. In memory is
 * the structure alone. Every reading gives the same bytes.
 * @param path of a file that `checkModel` has passed
 * @param outputs names that the model's output may have; the first that is there counts
 * @throws ENCODER_UNSUPPORTED where there is none of them
 */
export async function* wrapModel(
  path: string,
  outputs: readonly string[],
  wrap: (model: WrappedModel) => Wrapping,
): AsyncGenerator<Uint8Array> {
  const proto = await ProtoFile.open(path);
  try {
    const file = await open(path, 'r');
    try {
      for (const piece of await wrapped(proto, file, outputs, wrap)) yield* piece.bytes();
    } finally {
      await file.close();
    }
  } finally {
    await proto.close();
  }
}

/** Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
async function wrapped(
  proto: ProtoFile,
  file: FileHandle,
  outputs: readonly string[],
  wrap: (model: WrappedModel) => Wrapping,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const { field, whole } of wholeFields(proto, { start: 0, end: proto.size })) {
    if (field.number !== 7) {
      addPieceOfFile(pieces, file, whole.start, whole.end);
      continue;
    }
    const graph = await readGraph(proto, field);
    const output = found(outputs, graph);
    const kept: Piece[] = [];
    const inputs = new Map<string, Piece>();
    for await (const needed of neededFields(proto, field, graph, output)) {
      const { start, end } = needed.whole;
      if (needed.input !== undefined) inputs.set(needed.input, pieceOfFile(file, start, end));
      else if (needed.output === undefined) addPieceOfFile(kept, file, start, end);
    }
    const wrapping = wrap({ inputs: new Set(inputs.keys()), output });
    const computed = new Set(wrapping.before.nodes.flatMap((node) => node.outputs));
    const left = [...inputs].filter(([name]) => !computed.has(name)).map(([, piece]) => piece);
    const content = [pieceOf(head(wrapping)), ...left, ...kept, pieceOf(tail(wrapping))];
    // One by one: as arguments of a call, a large graph's would overflow the stack.
    for (const piece of fieldOf(7, content)) pieces.push(piece);
    const entry = new ProtoWriter().string(1, 'clipwright').string(2, wrapping.notice);
    pieces.push(pieceOf(new ProtoWriter().message(14, entry).finish()));
  }
  return pieces;
}

function found(names: readonly string[], { outputs }: LocatedGraph): string {
  const output = names.find((name) => outputs.has(name));
  if (output !== undefined) return output;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `expected the output ${names.join(' or ')} but found ${[...outputs].join(', ')}`,
  );
}

/** Nodes stand in the order in which they compute: these before the model's. */
function head({ inputs, before }: Wrapping): Uint8Array {
  const out = nodesOf(before);
  for (const value of inputs) out.message(11, encodeValue(value));
  return out.finish();
}

function tail({ after, output }: Wrapping): Uint8Array {
  return nodesOf(after).message(12, encodeValue(output)).finish();
}

function nodesOf({ nodes, initializers }: NodeList): ProtoWriter {
  const out = new ProtoWriter();
  for (const node of nodes) out.message(1, encodeNode(node));
  for (const [name, tensor] of Object.entries(initializers)) {
    out.message(5, encodeTensor(name, tensor));
  }
  return out;
}
