import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { ProtoRange } from './proto-file.js';
import { type ModelFiles, withModelFiles } from './rewrite/model-files.js';
import { neededFields } from './rewrite/needed-fields.js';
import {
  addPieceOfFile,
  fieldOf,
  type Piece,
  pieceOfFile,
  writePieces,
} from './rewrite/proto-pieces.js';
import { readGraph, wholeFields } from './rewrite/read-graph.js';
import { insideInitializer } from './rewrite/stored-tensor.js';

const MAX_GRAPH_BYTES = 2 ** 31 - 1;

/**
 * Writes what one output of a model needs as a model of its own, with its weights in the file. Streamed: in memory is the structure alone.
 * @param from has passed `checkModel`; weights outside lie in `<from>_data`
 * @throws ENCODER_UNSUPPORTED where there is no such output, or the file would have more than 2 GiB
 */
export async function splitModel(
  from: string,
  to: string,
  output: string,
  signal?: AbortSignal,
): Promise<void> {
  await withModelFiles(from, async (files) => {
    const { proto, graph } = files;
    const pieces: Piece[] = [];
    for await (const { field, whole } of wholeFields(proto, { start: 0, end: proto.size })) {
      if (field.number === 7) {
        // One by one: as arguments of a call, a large graph's would overflow the stack.
        for (const piece of fieldOf(7, await partOf(files, field, output))) pieces.push(piece);
      } else {
        pieces.push(pieceOfFile(graph, whole.start, whole.end));
      }
    }
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > MAX_GRAPH_BYTES) {
      throw unsupported(
        `what ${output} needs has more than 2 GiB: export the towers by themselves`,
      );
    }
    await writePieces(to, pieces, signal);
  });
}

/** Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
async function partOf(files: ModelFiles, range: ProtoRange, wanted: string): Promise<Piece[]> {
  const { proto } = files;
  const graph = await readGraph(proto, range);
  if (!graph.outputs.has(wanted)) {
    const found = [...graph.outputs].join(', ');
    throw unsupported(`expected the output ${wanted} but found ${found}`);
  }
  const pieces: Piece[] = [];
  for await (const { whole, tensor } of neededFields(proto, range, graph, wanted)) {
    if (tensor?.values?.isOutside) pieces.push(...insideInitializer(tensor, files.data!));
    else addPieceOfFile(pieces, files.graph, whole.start, whole.end);
  }
  return pieces;
}

function unsupported(what: string): ClipwrightError {
  return new ClipwrightError('ENCODER_UNSUPPORTED', what);
}
