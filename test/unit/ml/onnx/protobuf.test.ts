import { describe, expect, it } from 'vitest';
import { ProtoWriter } from '../../../../src/ml/onnx/protobuf.js';

const hex = (writer: ProtoWriter) => Buffer.from(writer.finish()).toString('hex');

/** Examples of https://protobuf.dev/programming-guides/encoding/ where there is one. */
describe('the wire format', () => {
  it.each([
    ['150 as field 1', new ProtoWriter().int(1, 150), '089601'],
    ['zero', new ProtoWriter().int(1, 0), '0800'],
    ['-2 in ten bytes', new ProtoWriter().int(1, -2), '08feffffffffffffffff01'],
    ['2^53 − 1', new ProtoWriter().int(1, 2 ** 53 - 1), '08ffffffffffffff0f'],
    ['a string', new ProtoWriter().string(2, 'testing'), '120774657374696e67'],
    ['text beyond ASCII', new ProtoWriter().string(2, 'é'), '1202c3a9'],
    ['a message', new ProtoWriter().message(3, new ProtoWriter().int(1, 150)), '1a03089601'],
    ['an empty message', new ProtoWriter().message(3, new ProtoWriter()), '1a00'],
    ['a float', new ProtoWriter().float(2, 1), '150000803f'],
    ['repeated integers', new ProtoWriter().ints(1, [1, 2]), '08010802'],
    ['a field above 15', new ProtoWriter().int(20, 7), 'a00107'],
  ])('writes %s', (_, writer, expected) => {
    expect(hex(writer)).toBe(expected);
  });
});
