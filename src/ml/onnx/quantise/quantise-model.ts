import { type FileHandle, open } from 'node:fs/promises';
import { ClipwrightError } from '../../../errors/clipwright-error.js';
import { ProtoFile, type ProtoRange } from '../proto-file.js';
import { ProtoMessage } from '../proto-reader.js';
import { ProtoWriter } from '../protobuf.js';
import { consumersOf, findProducts, type Product, type ReadNode } from './products.js';
import { fieldOf, type Piece, pieceOf, pieceOfFile, writePieces } from './proto-pieces.js';
import { type QuantisedWeights, quantiseWeights } from './quantise-weights.js';
import {
  insideInitializer,
  newInitializer,
  readFloats,
  readStoredTensor,
  type StoredTensor,
} from './stored-tensor.js';

/** Raised when the same file would come out otherwise. */
export const QUANTISER_VERSION = 1;

const MAX_GRAPH_BYTES = 2 ** 31 - 1;
const MICROSOFT = 'com.microsoft';

/**
 * Writes an ONNX file with its products in INT8: weights once and for all, each column by its own scale, activations as they
 * come, each tensor by its own scale and zero point (DynamicQuantizeLinear). The same input gives the same bytes. Streamed: in
 * memory are the structure and one weight at a time.
 *
 * Convolutions, products of two computed values, and tables of embeddings stay as they are.
 * @param from has passed `checkModel`; weights outside lie in `<from>_data`, and come into the file
 * @returns how many products were found
 * @throws ENCODER_UNSUPPORTED where there is none, or the file would have more than 2 GiB
 */
export async function quantiseModel(from: string, to: string): Promise<number> {
  const proto = await ProtoFile.open(from);
  const graph = await open(from, 'r');
  const data = await open(`${from}_data`, 'r').catch(() => undefined);
  try {
    const rewritten = new Rewriting(proto, { graph, data });
    const pieces = await rewritten.model();
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > MAX_GRAPH_BYTES) throw unsupported('it has more than 2 GiB even in INT8');
    if (rewritten.products === 0) {
      throw unsupported('no product of it can be computed in INT8: use another precision');
    }
    const file = await open(to, 'wx', 0o600);
    try {
      await writePieces(file, pieces);
      await file.sync();
    } finally {
      await file.close();
    }
    return rewritten.products;
  } finally {
    await proto.close();
    await graph.close();
    await data?.close();
  }
}

/** Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
class Rewriting {
  products = 0;

  constructor(
    private readonly proto: ProtoFile,
    private readonly files: { graph: FileHandle; data: FileHandle | undefined },
  ) {}

  async model(): Promise<Piece[]> {
    const pieces: Piece[] = [];
    let knowsDomain = false;
    for await (const { field, whole } of this.#fields({ start: 0, end: this.proto.size })) {
      if (field.number === 8) {
        const opset = new ProtoMessage(await this.proto.read(field));
        knowsDomain ||= opset.strings(1)[0] === MICROSOFT;
      }
      if (field.number === 7) pieces.push(...fieldOf(7, await this.#graph(field)));
      else pieces.push(this.#copy(whole));
    }
    if (!knowsDomain) {
      const opset = new ProtoWriter().string(1, MICROSOFT).int(2, 1);
      pieces.push(pieceOf(new ProtoWriter().message(8, opset).finish()));
    }
    return pieces;
  }

  async #graph(range: ProtoRange): Promise<Piece[]> {
    const nodes = new Map<number, ReadNode>();
    const tensors = new Map<string, StoredTensor>();
    const tensorsAt = new Map<number, StoredTensor>();
    const [inputs, outputs] = [new Set<string>(), new Set<string>()];
    for await (const { field, whole } of this.#fields(range)) {
      if (field.number === 1) nodes.set(whole.start, await this.#node(field));
      if (field.number === 5) {
        const tensor = await readStoredTensor(this.proto, field);
        tensors.set(tensor.name, tensor);
        tensorsAt.set(whole.start, tensor);
      }
      if (field.number === 11) inputs.add(await this.#name(field));
      if (field.number === 12) outputs.add(await this.#name(field));
    }
    const read = { nodes: [...nodes.values()], tensors, inputs, outputs };
    const { byNode, absorbed } = findProducts(read);
    this.products += byNode.size;
    const consumers = consumersOf(read.nodes);
    const biases = new Set([...byNode.values()].map(({ bias }) => bias));
    const isLeft = ({ name }: StoredTensor) =>
      outputs.has(name) ||
      biases.has(name) ||
      consumers
        .get(name)
        ?.some((node) => byNode.get(node)?.factor !== name && !absorbed.has(node)) !== false;

    const pieces: Piece[] = [];
    const quantised = new Set<string>();
    for await (const { whole } of this.#fields(range)) {
      const node = nodes.get(whole.start);
      const tensor = tensorsAt.get(whole.start);
      const product = node && byNode.get(node);
      if (product) pieces.push(...this.#product(product, quantised));
      else if (tensor && isLeft(tensor)) pieces.push(...this.#initializer(tensor, whole));
      else if (!tensor && !(node && absorbed.has(node))) pieces.push(this.#copy(whole));
    }
    return pieces;
  }

  /**
   * The activation is quantised once for all products that it goes into. A weight is written for each product that it is in:
   * ONNX Runtime, where it makes weights unsigned (open-inner.ts), refuses one that two products share.
   */
  #product(product: Product, quantised: Set<string>): Piece[] {
    const { activation, weight, isTransposed, inputs, outputs, bias, output } = product;
    const pieces: Piece[] = [];
    const [levels, scale, zero] = ['levels', 'scale', 'zero'].map((part) =>
      ours(activation, part),
    ) as [string, string, string];
    if (!quantised.has(activation)) {
      const type = 'DynamicQuantizeLinear';
      pieces.push(nodePiece({ type, inputs: [activation], outputs: [levels, scale, zero] }));
      quantised.add(activation);
    }
    const matrix = ours(output, 'weights');
    const scales = ours(output, 'scales');
    // Two pieces of one computation, the one right after the other: it is done once, and then let go.
    let made: QuantisedWeights | undefined;
    const make = async () =>
      quantiseWeights(await readFloats(weight, this.files), { inputs, outputs, isTransposed });
    pieces.push(
      ...newInitializer({ name: scales, dims: [outputs], dataType: 'FLOAT' }, async () => {
        made = await make();
        return made.scales;
      }),
      ...newInitializer({ name: matrix, dims: [inputs, outputs], dataType: 'INT8' }, async () => {
        const values = made!.levels;
        made = undefined;
        return values;
      }),
      nodePiece({
        type: 'MatMulIntegerToFloat',
        domain: MICROSOFT,
        inputs: [levels, matrix, scale, scales, zero, '', ...(bias === null ? [] : [bias])],
        outputs: [output],
      }),
    );
    return pieces;
  }

  #initializer(tensor: StoredTensor, whole: ProtoRange): Piece[] {
    if (!tensor.values?.isOutside) return [this.#copy(whole)];
    return insideInitializer(tensor, this.files.data!);
  }

  #copy({ start, end }: ProtoRange): Piece {
    return pieceOfFile(this.files.graph, start, end);
  }

  async #node(range: ProtoRange): Promise<ReadNode> {
    const message = new ProtoMessage(await this.proto.read(range));
    return {
      type: message.strings(4)[0] ?? '',
      domain: message.strings(7)[0] ?? '',
      inputs: message.strings(1),
      outputs: message.strings(2),
      message,
    };
  }

  async #name(range: ProtoRange): Promise<string> {
    return new ProtoMessage(await this.proto.read(range)).strings(1)[0] ?? '';
  }

  /** `whole`: with what stands before the content. */
  async *#fields(range: ProtoRange) {
    let start = range.start;
    for await (const field of this.proto.fields(range)) {
      yield { field, whole: { start, end: field.end } };
      start = field.end;
    }
  }
}

/** No export has names with a space after such a word. */
function ours(name: string, part: string): string {
  return `clipwright ${part} of ${name}`;
}

function nodePiece(node: {
  type: string;
  domain?: string;
  inputs: readonly string[];
  outputs: readonly string[];
}): Piece {
  const out = new ProtoWriter();
  for (const name of node.inputs) out.string(1, name);
  for (const name of node.outputs) out.string(2, name);
  out.string(4, node.type);
  if (node.domain !== undefined) out.string(7, node.domain);
  return pieceOf(new ProtoWriter().message(1, out).finish());
}

function unsupported(what: string): ClipwrightError {
  return new ClipwrightError('ENCODER_UNSUPPORTED', what);
}
