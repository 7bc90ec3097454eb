import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, input } from '../../../../src/ml/graph/build.js';
import { checkModel } from '../../../../src/ml/onnx/check-model.js';
import { exportGraph } from '../../../../src/ml/onnx/export-graph.js';
import { ProtoWriter } from '../../../../src/ml/onnx/protobuf.js';
import { TINY_CLIP } from '../../../support/clip/fixtures.js';

let folder: string;
let number = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-onnx-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Of a file beside the graph, with 100 bytes. */
const DATA = { name: 'model.onnx_data', size: 100 };

async function check(model: ProtoWriter | Uint8Array, data: typeof DATA | null = DATA) {
  number += 1;
  const file = path.join(folder, `${number}.onnx`);
  await writeFile(file, model instanceof ProtoWriter ? model.finish() : model);
  return checkModel(file, 'model.onnx', data ?? { name: DATA.name, size: null });
}

const proto = () => new ProtoWriter();
const model = (graph: ProtoWriter) => proto().int(1, 8).message(7, graph);
const node = (type: string, domain = '') => proto().string(4, type).string(7, domain);
const call = (name: string) => node(name, 'own');
/** @param body calls, each a node */
const func = (name: string, ...body: ProtoWriter[]) => {
  const written = proto().string(1, name).string(10, 'own');
  for (const each of body) written.message(7, each);
  return written;
};
/** `attribute` in a node of a graph. */
const inNode = (attribute: ProtoWriter) =>
  model(proto().message(1, node('Constant').message(5, attribute)));

const outside = (entries: Record<string, string>, dataLocation = 1) => {
  const tensor = proto().int(2, 1).int(14, dataLocation);
  for (const [key, value] of Object.entries(entries)) {
    tensor.message(13, proto().string(1, key).string(2, value));
  }
  return tensor;
};
const withWeights = (entries: Record<string, string>, dataLocation?: number) =>
  model(proto().message(5, outside(entries, dataLocation)));
const nested = (depth: number): ProtoWriter =>
  depth === 0
    ? proto().message(1, node('Relu'))
    : proto().message(1, node('If').message(5, proto().message(6, nested(depth - 1))));

describe('a sound model', () => {
  it.each(['vision_model.onnx', 'text_model.onnx', 'text_model_ids_only.onnx'])(
    'is %s of the tiny CLIP, which PyTorch exported',
    async (name) => {
      const file = path.join(TINY_CLIP, 'onnx', name);
      await checkModel(file, name, { name: `${name}_data`, size: null });
    },
  );

  it.each([
    ['ours', exportGraph({ outputs: { y: add(input('x', ['N', 2]), 1) } })],
    ['with an op of ONNX Runtime', model(proto().message(1, node('Gelu', 'com.microsoft')))],
    ['with a function', model(proto().message(1, call('f'))).message(25, func('f', node('Relu')))],
    ['with weights beside it', withWeights({ location: DATA.name, offset: '60', length: '40' })],
    ['with graphs in graphs', model(nested(8))],
    ['with domains that it only names', model(proto()).message(8, proto().string(1, 'org.x'))],
  ])('is one %s', async (_, sound) => {
    await check(sound);
  });

  it('is read without its weights: a gigabyte takes no time and no memory', async () => {
    const gigabyte = 2 ** 30;
    const varint = (value: number) => {
      const bytes: number[] = [];
      let rest = value;
      for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
      return Buffer.from([...bytes, rest]);
    };
    // Headers of a graph with one initializer with that many raw bytes, which a hole in the file stands for.
    const raw = Buffer.concat([Buffer.from([0x4a]), varint(gigabyte)]);
    const tensor = Buffer.concat([Buffer.from([0x2a]), varint(gigabyte + raw.length), raw]);
    const graph = Buffer.concat([Buffer.from([0x3a]), varint(gigabyte + tensor.length), tensor]);
    const file = path.join(folder, 'large.onnx');
    await writeFile(file, graph);
    await truncate(file, graph.length + gigabyte);
    const before = process.memoryUsage().rss;
    const start = process.cpuUsage();
    await checkModel(file, 'large.onnx', DATA);
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(200_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });
});

describe('weights outside', () => {
  it.each([
    '/etc/passwd',
    '../model.onnx_data',
    './model.onnx_data',
    'a/../model.onnx_data',
    'C:\\model.onnx_data',
    'model.onnx_data\0.txt',
    'other.onnx_data',
    // ONNX Runtime's mark for an address in its own memory.
    '*/_ORT_MEM_ADDR_/*',
    '',
  ])('in %j are refused', async (location) => {
    await expect(check(withWeights({ location }))).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('keeps weights in'),
    });
  });

  it.each([
    ['that are missing', withWeights({ location: DATA.name }), null],
    ['beyond the end', withWeights({ location: DATA.name, offset: '90', length: '11' }), DATA],
    ['before the start', withWeights({ location: DATA.name, offset: '-1' }), DATA],
    ['at no number', withWeights({ location: DATA.name, offset: 'x' }), DATA],
    ['without a place', withWeights({}), DATA],
    ['not said to be outside', withWeights({ location: '/etc/passwd' }, 0), DATA],
    [
      'in two places',
      model(
        proto().message(
          5,
          outside({ location: DATA.name }).message(
            13,
            proto().string(1, 'location').string(2, '/etc/passwd'),
          ),
        ),
      ),
      DATA,
    ],
  ])('%s are refused', async (_, wrong, data) => {
    await expect(check(wrong, data)).rejects.toMatchObject({ code: 'ENCODER_FILE_INVALID' });
  });

  const hidden = outside({ location: '/etc/passwd' });
  it.each([
    ['an attribute', inNode(proto().message(5, hidden))],
    ['a list of tensors', inNode(proto().message(10, proto().int(2, 1)).message(10, hidden))],
    ['a sparse attribute', inNode(proto().message(22, proto().message(2, hidden)))],
    ['a sparse weight', model(proto().message(15, proto().message(1, hidden)))],
    ['a graph in a graph', inNode(proto().message(6, proto().message(5, hidden)))],
    ['one of many graphs', inNode(proto().message(11, proto().message(5, hidden)))],
    [
      'a function',
      model(proto()).message(
        25,
        func('f', node('Constant').message(5, proto().message(5, hidden))),
      ),
    ],
    [
      "a function's default",
      model(proto()).message(25, func('f').message(11, proto().message(5, hidden))),
    ],
  ])('are found in %s', async (_, wrong) => {
    await expect(check(wrong)).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('/etc/passwd'),
    });
  });
});

describe('ops', () => {
  it.each([
    ['of an unknown domain', model(proto().message(1, node('Evil', 'com.evil')))],
    ['in a function', model(proto()).message(25, func('f', node('Evil', 'com.evil')))],
    ['in a graph in a graph', inNode(proto().message(6, proto().message(1, call('absent'))))],
    ['of a domain like a known one', model(proto().message(1, node('x', 'ai.onnx:y')))],
    ['that read files', model(proto().message(1, node('EPContext', 'com.microsoft')))],
    ['whose domain is named twice', model(proto().message(1, node('Relu').string(7, 'com.evil')))],
  ])('%s are refused', async (_, wrong) => {
    await expect(check(wrong)).rejects.toMatchObject({ code: 'ENCODER_UNSUPPORTED' });
  });
});

describe('a bomb', () => {
  it('of functions that call the one before twice is refused', async () => {
    const bomb = model(proto().message(1, call('f40')));
    bomb.message(25, func('f0', node('Relu')));
    for (let i = 1; i <= 40; i += 1)
      bomb.message(25, func(`f${i}`, call(`f${i - 1}`), call(`f${i - 1}`)));
    await expect(check(bomb)).rejects.toThrow('unfold to more than');
  });

  it.each([
    ['itself', [func('f', call('f'))]],
    ['it in turn', [func('f', call('g')), func('g', call('f'))]],
  ])('of a function that calls %s is refused', async (_, functions) => {
    const bomb = model(proto().message(1, call('f')));
    for (const each of functions) bomb.message(25, each);
    await expect(check(bomb)).rejects.toThrow('unfold to more than');
  });

  it.each([
    ['of graphs in graphs', model(nested(9)), 'nested'],
    ['of functions', Array.from({ length: 1001 }, (_, i) => func(`f${i}`)), 'functions'],
    ['of one function twice', [func('f'), func('f')], 'two functions'],
    ['of a name', model(proto().message(1, node('x'.repeat(5000)))), 'a name of'],
    [
      'of ops',
      Buffer.concat([
        Buffer.from([0x3a, 0x84, 0xb5, 0x18]),
        Buffer.alloc(400_004).map((_, i) => (i % 2 ? 0 : 0x0a)),
      ]),
      'more than 200000 ops',
    ],
    [
      'of fields',
      Buffer.alloc(4_000_002).map((_, i) => (i % 2 ? 0 : 0x08)),
      'more than 2000000 fields',
    ],
  ])('%s is refused', async (_, bomb, says) => {
    const written = Array.isArray(bomb)
      ? bomb.reduce((all, each) => all.message(25, each), model(proto()))
      : bomb;
    await expect(check(written)).rejects.toThrow(says);
  });
});

describe('bytes that are no model', () => {
  const sound = model(proto().message(1, node('Relu'))).finish();
  it.each([
    ['none', Buffer.alloc(0), 'expected one graph'],
    ['text', Buffer.from('<html>not found</html>'), 'wire type'],
    ['two graphs', model(proto()).message(7, proto()), 'expected one graph'],
    ['a training graph', model(proto()).message(20, proto()), 'training graph'],
    ['the beginning of a model', sound.subarray(0, sound.length - 1), 'in the middle'],
    ['a part that is longer than the whole', Buffer.from([0x3a, 0x7f, 0x00]), 'in the middle'],
    ['a field without a number', Buffer.from([0x00, 0x00]), 'without a number'],
    ['a number without an end', Buffer.from([0x08, ...Array(11).fill(0x80)]), 'ten bytes'],
    ['half a number', Buffer.from([0x08, 0x80]), 'middle of a number'],
    ['a group', Buffer.from([0x3b, 0x3c]), 'wire type 3'],
  ])('%s are refused', async (_, bytes, says) => {
    await expect(check(bytes)).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining(says),
    });
  });

  it('are refused wherever a sound model is cut off', async () => {
    for (let length = 0; length < sound.length; length += 1) {
      // What is left between two fields is a model, though one without a graph.
      await expect(check(sound.subarray(0, length))).rejects.toMatchObject({
        code: 'ENCODER_FILE_INVALID',
      });
    }
  });
});
