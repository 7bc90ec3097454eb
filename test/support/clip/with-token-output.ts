import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProtoMessage } from '../../../src/ml/onnx/proto-reader.js';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { TINY_CLIP } from './fixtures.js';

/** What the tiny CLIP's towers have as the states of their last layers. */
const STATES = {
  'onnx/vision_model.onnx': '/visual/Transpose_2_output_0',
  'onnx/text_model.onnx': '/ln_final/Cast_1_output_0',
};

/** A copy of the tiny CLIP whose towers give `last_hidden_state` as well, as exports of transformers do. */
export async function tinyClipWithTokens(folder: string): Promise<string> {
  await cp(TINY_CLIP, folder, { recursive: true });
  for (const [file, value] of Object.entries(STATES)) {
    const tower = path.join(folder, file);
    await writeFile(tower, withOutput(await readFile(tower), value, 'last_hidden_state'));
  }
  return folder;
}

/** The model with one of its float32 values of three axes as one more output. */
function withOutput(model: Uint8Array, value: string, output: string): Uint8Array {
  const identity = new ProtoWriter().string(1, value).string(2, output).string(4, 'Identity');
  const axis = new ProtoWriter();
  const shape = new ProtoWriter().message(1, axis).message(1, axis).message(1, axis);
  const type = new ProtoWriter().message(1, new ProtoWriter().int(1, 1).message(2, shape));
  const info = new ProtoWriter().string(1, output).message(2, type);
  const more = new ProtoWriter().message(1, identity).message(12, info).finish();
  const read = new ProtoMessage(model);
  const written = new ProtoWriter().ints(1, read.ints(1));
  // Fields of a message may come in any order.
  written.bytes(7, Buffer.concat([read.bytes(7)[0]!, more]));
  for (const opset of read.bytes(8)) written.bytes(8, opset);
  return written.finish();
}
