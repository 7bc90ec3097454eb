import type { FileHandle } from 'node:fs/promises';
import { fromFloat16 } from '../../data/float16.js';
import { readAt } from '../../data/read-at.js';
import type { ProtoFile, ProtoRange } from '../proto-file.js';
import { ProtoMessage } from '../proto-reader.js';
import { ProtoWriter } from '../protobuf.js';
import { fieldOf, type Piece, pieceOf, pieceOfFile } from './proto-pieces.js';

/** TensorProto.DataType: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const FLOAT = 1;
export const FLOAT16 = 10;
const INT8 = 3;

/** Bytes of an element, by data type. */
const SIZES: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2,
};

/** An initializer, with where its values lie. */
export interface StoredTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** As little-endian bytes, in the graph's file or beside it; null where they are written in another way. */
  readonly values: (ProtoRange & { readonly isOutside: boolean }) | null;
}

/** @param range of a TensorProto that `checkModel` has passed */
export async function readStoredTensor(proto: ProtoFile, range: ProtoRange): Promise<StoredTensor> {
  let name = '';
  let dataType = 0;
  let raw: ProtoRange | undefined;
  const dims: number[] = [];
  const floats: ProtoRange[] = [];
  const outside = new Map<string, string>();
  let isOutside = false;
  for await (const field of proto.fields(range)) {
    if (field.number === 1 && !field.isBytes) dims.push(await proto.number(field));
    if (field.number === 1 && field.isBytes) dims.push(...(await packed(proto, field)));
    if (field.number === 2) dataType = await proto.number(field);
    if (field.number === 4) floats.push(field);
    if (field.number === 8) name = await proto.text(field);
    if (field.number === 9) raw = field;
    if (field.number === 13) {
      isOutside = true;
      const entry = new ProtoMessage(await proto.read(field));
      outside.set(entry.strings(1)[0] ?? '', entry.strings(2)[0] ?? '');
    }
  }
  const length = dims.reduce((product, dim) => product * dim, SIZES[dataType] ?? Number.NaN);
  const start = Number(outside.get('offset') ?? 0);
  const candidates = isOutside
    ? [{ start, end: start + Number(outside.get('length') ?? length), isOutside }]
    : [raw, floats.length === 1 ? floats[0] : undefined].map(
        (found) => found && { start: found.start, end: found.end, isOutside },
      );
  const values = candidates.find((found) => found && found.end - found.start === length) ?? null;
  return { name, dims, dataType, values };
}

async function packed(proto: ProtoFile, range: ProtoRange): Promise<number[]> {
  const bytes = await proto.read(range);
  const values: number[] = [];
  let [value, shift] = [0, 0];
  for (const byte of bytes) {
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte >= 0x80) continue;
    values.push(value);
    [value, shift] = [0, 0];
  }
  return values;
}

/** Values of FLOAT or FLOAT16. */
export async function readFloats(
  { values, dataType }: StoredTensor,
  files: { graph: FileHandle; data: FileHandle | undefined },
): Promise<Float32Array> {
  const { start, end, isOutside } = values!;
  const bytes = new Uint8Array(end - start);
  const file = isOutside ? files.data! : files.graph;
  if ((await readAt(file, bytes, start)) < bytes.length) {
    throw new Error('the file has become shorter');
  }
  if (dataType === FLOAT) return new Float32Array(bytes.buffer);
  return fromFloat16(new Uint16Array(bytes.buffer));
}

/** A tensor whose values lay outside, with them inside. */
export function insideInitializer(tensor: StoredTensor, data: FileHandle): Piece[] {
  const { name, dims, dataType, values } = tensor;
  const head = new ProtoWriter().ints(1, dims).int(2, dataType).string(8, name).finish();
  const raw = fieldOf(9, [pieceOfFile(data, values!.start, values!.end)]);
  return fieldOf(5, [pieceOf(head), ...raw]);
}

/** @param make its values, when their turn to be written has come */
export function newInitializer(
  { name, dims, dataType }: { name: string; dims: readonly number[]; dataType: 'FLOAT' | 'INT8' },
  make: () => Promise<Float32Array | Int8Array>,
): Piece[] {
  const type = dataType === 'FLOAT' ? FLOAT : INT8;
  const head = new ProtoWriter().ints(1, dims).int(2, type).string(8, name).finish();
  const values: Piece = {
    length: dims.reduce((product, dim) => product * dim, SIZES[type]!),
    async *bytes() {
      const { buffer, byteOffset, byteLength } = await make();
      yield new Uint8Array(buffer, byteOffset, byteLength);
    },
  };
  return fieldOf(5, [pieceOf(head), ...fieldOf(9, [values])]);
}
