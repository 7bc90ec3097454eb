import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProtoMessage } from '../../../src/ml/onnx/proto-reader.js';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { fieldsOf } from '../ml/proto-fields.js';
import { TINY_CLIP } from './fixtures.js';

/** The towers of the tiny CLIP in one graph, as exports have them that nobody told otherwise. */
export function combinedTinyClip(): Buffer {
  const out = new ProtoWriter();
  const towers = ['vision', 'text'].map((tower) => {
    const file = readFileSync(path.join(TINY_CLIP, `onnx/${tower}_model.onnx`));
    return { tower, fields: fieldsOf(file) };
  });
  for (const { number, whole } of towers[0]!.fields) if (number !== 7) out.raw(whole);
  const graph = new ProtoWriter().string(2, 'both');
  for (const { tower, fields } of towers) {
    const { content } = fields.find(({ number }) => number === 7)!;
    addGraph(graph, content, `${tower}: `);
  }
  return Buffer.from(out.message(7, graph).finish());
}

/** All names but those of inputs and outputs get the prefix, as two towers may use one for two things. */
function addGraph(out: ProtoWriter, graph: Uint8Array, prefix: string): void {
  const message = new ProtoMessage(graph);
  const outer = new Set(
    [...message.messages(11), ...message.messages(12)].map((v) => v.strings(1)[0]!),
  );
  const rename = (content: Uint8Array) => {
    const name = new TextDecoder().decode(content);
    return name === '' || outer.has(name) ? name : prefix + name;
  };
  const renamed = (content: Uint8Array, named: readonly number[]) => {
    const inner = new ProtoWriter();
    for (const field of fieldsOf(content)) {
      if (named.includes(field.number)) inner.string(field.number, rename(field.content));
      else inner.raw(field.whole);
    }
    return inner;
  };
  for (const { number, whole, content } of fieldsOf(graph)) {
    if (number === 1) out.message(1, renamed(content, [1, 2, 3]));
    if (number === 5) out.message(5, renamed(content, [8]));
    if (number === 11 || number === 12) out.raw(whole);
  }
}
