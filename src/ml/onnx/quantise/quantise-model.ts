import { ClipwrightError } from '../../../errors/clipwright-error.js';
import type { ProtoRange } from '../proto-file.js';
import { ProtoMessage } from '../proto-reader.js';
import { ProtoWriter } from '../protobuf.js';
import { type ModelFiles, withModelFiles } from '../rewrite/model-files.js';
import {
  addPieceOfFile,
  fieldOf,
  type Piece,
  pieceOf,
  pieceOfFile,
  writePieces,
} from '../rewrite/proto-pieces.js';
import { consumersOf, readGraph, wholeFields } from '../rewrite/read-graph.js';
import {
  insideInitializer,
  newInitializer,
  readFloats,
  type StoredTensor,
} from '../rewrite/stored-tensor.js';
import { findProducts, type Product } from './products.js';
import { type QuantisedWeights, quantiseWeights } from './quantise-weights.js';

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
  return withModelFiles(from, async (files) => {
    const rewritten = new Rewriting(files);
    const pieces = await rewritten.model();
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > MAX_GRAPH_BYTES) throw unsupported('it has more than 2 GiB even in INT8');
    if (rewritten.products === 0) {
      throw unsupported('no product of it can be computed in INT8: use another precision');
    }
    await writePieces(to, pieces);
    return rewritten.products;
  });
}

/** Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
class Rewriting {
  products = 0;

  constructor(private readonly files: ModelFiles) {}

  async model(): Promise<Piece[]> {
    const pieces: Piece[] = [];
    let knowsDomain = false;
    const { proto } = this.files;
    for await (const { field, whole } of wholeFields(proto, { start: 0, end: proto.size })) {
      if (field.number === 8) {
        const opset = new ProtoMessage(await proto.read(field));
        knowsDomain ||= opset.strings(1)[0] === MICROSOFT;
      }
      // One by one: as arguments of a call, a large graph's would overflow the stack.
      const written =
        field.number === 7 ? fieldOf(7, await this.#graph(field)) : [this.#copy(whole)];
      for (const piece of written) pieces.push(piece);
    }
    if (!knowsDomain) {
      const opset = new ProtoWriter().string(1, MICROSOFT).int(2, 1);
      pieces.push(pieceOf(new ProtoWriter().message(8, opset).finish()));
    }
    return pieces;
  }

  async #graph(range: ProtoRange): Promise<Piece[]> {
    const read = await readGraph(this.files.proto, range);
    const { byNode, absorbed } = findProducts(read);
    this.products += byNode.size;
    const consumers = consumersOf(read.nodes);
    const biases = new Set([...byNode.values()].map(({ bias }) => bias));
    const isLeft = ({ name }: StoredTensor) =>
      read.outputs.has(name) ||
      biases.has(name) ||
      consumers
        .get(name)
        ?.some((node) => byNode.get(node)?.factor !== name && !absorbed.has(node)) !== false;

    const pieces: Piece[] = [];
    const quantised = new Set<string>();
    for await (const { whole } of wholeFields(this.files.proto, range)) {
      const node = read.nodeAt.get(whole.start);
      const tensor = read.tensorAt.get(whole.start);
      const product = node && byNode.get(node);
      if (product) pieces.push(...this.#product(product, quantised));
      else if (tensor?.values?.isOutside && isLeft(tensor)) {
        pieces.push(...insideInitializer(tensor, this.files.data!));
      } else if (tensor ? isLeft(tensor) : !(node && absorbed.has(node))) {
        addPieceOfFile(pieces, this.files.graph, whole.start, whole.end);
      }
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

  #copy({ start, end }: ProtoRange): Piece {
    return pieceOfFile(this.files.graph, start, end);
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
