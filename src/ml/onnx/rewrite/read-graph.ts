import type { ProtoField, ProtoFile, ProtoRange } from '../proto-file.js';
import { ProtoMessage } from '../proto-reader.js';
import { readStoredTensor, type StoredTensor } from './stored-tensor.js';

/** A node of a graph, as far as rewriting needs it. */
export interface ReadNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly message: ProtoMessage;
}

export interface ReadGraph {
  readonly nodes: readonly ReadNode[];
  /** Initializers, by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly inputs: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
}

/** With what its fields are, by where they start in the file. */
export interface LocatedGraph extends ReadGraph {
  readonly nodeAt: ReadonlyMap<number, ReadNode>;
  readonly tensorAt: ReadonlyMap<number, StoredTensor>;
  readonly inputAt: ReadonlyMap<number, string>;
  readonly outputAt: ReadonlyMap<number, string>;
}

/**
 * Structure alone: the values of initializers stay in the file. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 * @param range of a GraphProto that `checkModel` has passed
 */
export async function readGraph(proto: ProtoFile, range: ProtoRange): Promise<LocatedGraph> {
  const nodeAt = new Map<number, ReadNode>();
  const tensorAt = new Map<number, StoredTensor>();
  const inputAt = new Map<number, string>();
  const outputAt = new Map<number, string>();
  const nameOf = async (field: ProtoRange) =>
    new ProtoMessage(await proto.read(field)).strings(1)[0] ?? '';
  for await (const { field, whole } of wholeFields(proto, range)) {
    if (field.number === 1) nodeAt.set(whole.start, readNode(await proto.read(field)));
    if (field.number === 5) tensorAt.set(whole.start, await readStoredTensor(proto, field));
    if (field.number === 11) inputAt.set(whole.start, await nameOf(field));
    if (field.number === 12) outputAt.set(whole.start, await nameOf(field));
  }
  return {
    nodes: [...nodeAt.values()],
    tensors: new Map([...tensorAt.values()].map((tensor) => [tensor.name, tensor])),
    inputs: new Set(inputAt.values()),
    outputs: new Set(outputAt.values()),
    nodeAt,
    tensorAt,
    inputAt,
    outputAt,
  };
}

/** `whole`: with what stands before the content. */
export async function* wholeFields(
  proto: ProtoFile,
  range: ProtoRange,
): AsyncGenerator<{ field: ProtoField; whole: ProtoRange }> {
  let start = range.start;
  for await (const field of proto.fields(range)) {
    yield { field, whole: { start, end: field.end } };
    start = field.end;
  }
}

/** Attributes that are numbers, by name. */
export function numbersOf({ message }: ReadNode): Readonly<Record<string, number>> {
  return Object.fromEntries(
    message.messages(5).map((attribute) => {
      const name = attribute.strings(1)[0] ?? '';
      return [name, attribute.floats(2)[0] ?? attribute.ints(3)[0] ?? 0];
    }),
  );
}

export function isOnnx({ domain }: ReadNode): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** Who takes a value, once for each time; nodes of graphs within a node count as that node. */
export function consumersOf(nodes: readonly ReadNode[]): Map<string, ReadNode[]> {
  const consumers = new Map<string, ReadNode[]>();
  for (const node of nodes) {
    for (const name of takenBy(node)) {
      const known = consumers.get(name);
      if (known) known.push(node);
      else consumers.set(name, [node]);
    }
  }
  return consumers;
}

/** What a node takes, and what graphs within it take from outside or give. */
export function* takenBy({ inputs, message }: ReadNode): Generator<string> {
  yield* inputs;
  yield* takenWithin(message);
}

function* takenWithin(message: ProtoMessage): Generator<string> {
  for (const attribute of message.messages(5)) {
    // One graph, or several. What they give out may be a value from outside.
    for (const graph of [...attribute.messages(6), ...attribute.messages(11)]) {
      for (const inner of graph.messages(1)) {
        yield* inner.strings(1);
        yield* takenWithin(inner);
      }
      for (const output of graph.messages(12)) yield output.strings(1)[0] ?? '';
    }
  }
}

function readNode(bytes: Uint8Array): ReadNode {
  const message = new ProtoMessage(bytes);
  return {
    type: message.strings(4)[0] ?? '',
    domain: message.strings(7)[0] ?? '',
    inputs: message.strings(1),
    outputs: message.strings(2),
    message,
  };
}
