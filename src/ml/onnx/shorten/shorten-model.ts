import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { encodeTensor } from '../model.js';
import { ProtoFile } from '../proto-file.js';
import { ProtoWriter } from '../protobuf.js';
import {
  type LocatedGraph,
  type ReadNode,
  readGraph,
  takenBy,
  wholeFields,
} from '../rewrite/read-graph.js';
import type { StoredTensor } from '../rewrite/stored-tensor.js';
import { poolEarly, type ShortenedGraph } from './pool-early.js';

/** A graph whose weights are in files of a folder. */
export interface ModelOutside {
  readonly graph: Uint8Array;
  readonly folder: string;
}

/** As it was, and with its pooling put earlier: the same function of the same weights. */
export interface Shortened {
  readonly whole: ModelOutside;
  readonly short: ModelOutside;
}

/** Smaller values are in the graph, where ONNX Runtime wants to see the shapes among them. */
const OUTSIDE_BYTES = 1024;
const EXTERNAL = 1;

/**
 * Both graphs refer to the values in the file that they are of: some hundred kilobytes are made, nothing is written.
 * @param path of a file that `checkModel` has passed
 * @param outputs names that the wanted output may have; the first that is there counts
 * @returns null where nothing can be saved
 * @throws where the file is written in a way that this does not read
 */
export async function shortenModel(
  path: string,
  outputs: readonly string[],
): Promise<Shortened | null> {
  const file = await realpath(path);
  const proto = await ProtoFile.open(file);
  try {
    const encoding = await Encoding.of(proto, basename(file));
    const output = outputs.find((name) => encoding.graph.outputs.has(name));
    const shortened = output !== undefined && poolEarly(encoding.graph, output);
    if (!shortened) return null;
    const whole = { nodes: encoding.graph.nodes, constants: {} };
    const folder = dirname(file);
    return {
      whole: { graph: await encoding.model(whole, output), folder },
      short: { graph: await encoding.model(shortened, output), folder },
    };
  } finally {
    await proto.close();
  }
}

/** Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
class Encoding {
  private constructor(
    private readonly proto: ProtoFile,
    private readonly file: string,
    readonly graph: LocatedGraph,
  ) {}

  static async of(proto: ProtoFile, file: string): Promise<Encoding> {
    for await (const field of proto.fields({ start: 0, end: proto.size })) {
      if (field.number === 7) return new Encoding(proto, file, await readGraph(proto, field));
    }
    throw new Error('it has no graph');
  }

  async model(graph: ShortenedGraph, output: string): Promise<Uint8Array> {
    const out = new ProtoWriter();
    for await (const { field, whole } of wholeFields(this.proto, {
      start: 0,
      end: this.proto.size,
    })) {
      if (field.number === 7) out.message(7, await this.#graph(graph, field, output));
      else out.raw(await this.proto.read(whole));
    }
    return out.finish();
  }

  /** Shapes that were written down for values in between are left out: they are no longer so. */
  async #graph(
    { nodes, constants }: ShortenedGraph,
    range: { start: number; end: number },
    output: string,
  ): Promise<ProtoWriter> {
    const { tensorAt, outputAt } = this.graph;
    const needed = new Set(nodes.flatMap((node) => [...takenBy(node)]));
    const out = new ProtoWriter();
    for (const node of nodes) out.message(1, encodeReadNode(node));
    for (const [name, tensor] of Object.entries(constants)) {
      out.message(5, encodeTensor(name, tensor));
    }
    for await (const { field, whole } of wholeFields(this.proto, range)) {
      const tensor = tensorAt.get(whole.start);
      if (tensor && needed.has(tensor.name)) {
        if (this.#isLarge(tensor)) out.message(5, encodeOutside(tensor, this.file));
        else out.raw(await this.proto.read(whole));
      }
      const isKept =
        field.number === 2 || field.number === 11 || outputAt.get(whole.start) === output;
      if (isKept) out.raw(await this.proto.read(whole));
    }
    return out;
  }

  #isLarge({ values }: StoredTensor): boolean {
    return values !== null && !values.isOutside && values.end - values.start >= OUTSIDE_BYTES;
  }
}

function encodeReadNode({ type, domain, inputs, outputs, message }: ReadNode): ProtoWriter {
  const out = new ProtoWriter();
  for (const name of inputs) out.string(1, name);
  for (const name of outputs) out.string(2, name);
  out.string(4, type);
  for (const attribute of message.bytes(5)) out.bytes(5, attribute);
  return domain === '' ? out : out.string(7, domain);
}

function encodeOutside({ name, dims, dataType, values }: StoredTensor, file: string): ProtoWriter {
  const { start, end } = values!;
  const out = new ProtoWriter().ints(1, dims).int(2, dataType).string(8, name);
  const place = { location: file, offset: String(start), length: String(end - start) };
  for (const [key, value] of Object.entries(place)) {
    out.message(13, new ProtoWriter().string(1, key).string(2, value));
  }
  return out.int(14, EXTERNAL);
}
