import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { fieldsOf } from './proto-fields.js';

/** The model with the values of its initializers in a file beside it, `location`, behind 64 bytes that are nobody's. */
export function weightsOutside(
  model: Uint8Array,
  location: string,
): { model: Uint8Array; data: Uint8Array } {
  const data: Uint8Array[] = [Buffer.alloc(64)];
  let at = 64;
  const entry = (key: string, text: string) => new ProtoWriter().string(1, key).string(2, text);
  const tensor = (content: Uint8Array) => {
    const out = new ProtoWriter();
    for (const { number, whole, content: values } of fieldsOf(content)) {
      if (number !== 9) {
        out.raw(whole);
        continue;
      }
      out
        .message(13, entry('location', location))
        .message(13, entry('offset', String(at)))
        .message(13, entry('length', String(values.length)))
        .int(14, 1);
      data.push(values);
      at += values.length;
    }
    return out;
  };
  const out = new ProtoWriter();
  for (const { number, whole, content } of fieldsOf(model)) {
    if (number !== 7) {
      out.raw(whole);
      continue;
    }
    const graph = new ProtoWriter();
    for (const field of fieldsOf(content)) {
      if (field.number === 5) graph.message(5, tensor(field.content));
      else graph.raw(field.whole);
    }
    out.message(7, graph);
  }
  return { model: out.finish(), data: Buffer.concat(data) };
}
