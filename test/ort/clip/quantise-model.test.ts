import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { l2NormalizeRows } from '../../../src/ml/clip/l2-normalize.js';
import { Rng } from '../../../src/ml/data/rng.js';
import { checkModel } from '../../../src/ml/onnx/check-model.js';
import { encodeModel, type OnnxGraph, type OnnxNode } from '../../../src/ml/onnx/model.js';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { quantiseModel } from '../../../src/ml/onnx/quantise/quantise-model.js';
import { quantiseWeights } from '../../../src/ml/onnx/quantise/quantise-weights.js';
import { Session, type Tensors } from '../../../src/ml/runtime/session.js';
import { CLIP_FIXTURES, TINY_CLIP } from '../../support/clip/fixtures.js';
import { weightsOutside } from '../../support/ml/weights-outside.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-quantise-'));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const fresh = () => path.join(folder, `${++count}.onnx`);

async function run(file: string, feeds: Tensors): Promise<Record<string, Float32Array>> {
  const session = await Session.open(file, { threads: 1 });
  try {
    const known = new Set(session.inputs.map(({ name }) => name));
    const given = Object.fromEntries(Object.entries(feeds).filter(([name]) => known.has(name)));
    const results = Object.entries(await session.run(given));
    return Object.fromEntries(results.map(([name, { data }]) => [name, data as Float32Array]));
  } finally {
    await session.close();
  }
}

const rng = Rng.fromSeed(7);
const random = (...shape: number[]) => ({
  dtype: 'float32' as const,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.uniform() - 0.4),
});
const [ROWS, K, M, N] = [5, 24, 16, 7];
const W = random(K, M);
const V = random(N, M);
const b = random(M);
const c = random(N);
const node = (type: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
  type,
  inputs,
  outputs: [output],
  attributes,
});
const turned = { transB: { kind: 'int', value: 1 } };
const value = (name: string, ...shape: (number | string)[]) => ({
  name,
  dtype: 'float32' as const,
  shape,
});
/** x W + b, and then the same times the transposed V, + c. */
const GRAPH: OnnxGraph = {
  name: 'products',
  nodes: [
    node('MatMul', ['x', 'W'], 'xW'),
    node('Add', ['b', 'xW'], 'h'),
    node('Gemm', ['h', 'V', 'c'], 'y', turned),
  ],
  initializers: { W, V, b, c },
  inputs: [value('x', 'rows', K)],
  outputs: [value('y', 'rows', N)],
};

async function quantised(
  graph: OnnxGraph,
): Promise<{ file: string; from: string; products: number }> {
  const [from, file] = [fresh(), fresh()];
  await writeFile(from, encodeModel(graph));
  const products = await quantiseModel(from, file);
  await checkModel(file, 'quantised', { name: `${path.basename(file)}_data`, size: null });
  return { from, file, products };
}

/** As https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html has it, the product in whole numbers. */
function inIntegers(
  x: Float32Array,
  weights: { data: Float32Array },
  sizes: { inputs: number; outputs: number; isTransposed: boolean },
  bias: { data: Float32Array },
): Float32Array {
  const { inputs, outputs } = sizes;
  const [low, high] = [Math.min(0, ...x), Math.max(0, ...x)];
  const scale = (high - low) / 255;
  const zero = Math.round(-low / scale);
  const levels = Array.from(x, (each) =>
    Math.max(0, Math.min(255, Math.round(each / scale) + zero)),
  );
  const { levels: matrix, scales } = quantiseWeights(weights.data, sizes);
  return Float32Array.from({ length: (x.length / inputs) * outputs }, (_, at) => {
    const [row, column] = [Math.floor(at / outputs), at % outputs];
    let sum = 0;
    for (let k = 0; k < inputs; k++) {
      sum += (levels[row * inputs + k]! - zero) * matrix[k * outputs + column]!;
    }
    return sum * scale * scales[column]! + bias.data[column]!;
  });
}

function expectNear(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((each, i) => {
    expect(Math.abs(each - expected[i]!)).toBeLessThan(tolerance);
  });
}

describe('a graph in INT8', () => {
  const x = random(ROWS, K);

  it('computes what whole numbers give, biases put in, weights either way round', async () => {
    const { file, from, products } = await quantised(GRAPH);
    expect(products).toBe(2);
    const h = inIntegers(x.data, W, { inputs: K, outputs: M, isTransposed: false }, b);
    const y = inIntegers(h, V, { inputs: M, outputs: N, isTransposed: true }, c);
    const { y: found } = await run(file, { x });
    expectNear(found!, y, 1e-4);
    expectNear(found!, (await run(from, { x })).y!, 0.05);
  });

  it('is the same bytes each time, and smaller', async () => {
    const { file, from } = await quantised(GRAPH);
    const again = fresh();
    await quantiseModel(from, again);
    expect(await readFile(again)).toEqual(await readFile(file));
    const bytes = await readFile(file);
    // The nodes are more, the weights a quarter.
    expect(bytes.length).toBeLessThan((await readFile(from)).length + 800 - 3 * (K * M + N * M));
  });

  it('keeps a weight that something else takes, and quantises once what several products take', async () => {
    const nodes = [
      node('MatMul', ['x', 'W'], 'p'),
      node('MatMul', ['x', 'W'], 'q'),
      node('Add', ['W', 'W'], 'twice'),
      node('Add', ['p', 'q'], 'y'),
    ];
    const outputs = [value('y', 'rows', M), value('twice', K, M)];
    const { file, from } = await quantised({ ...GRAPH, nodes, outputs, initializers: { W } });
    const [found, expected] = [await run(file, { x }), await run(from, { x })];
    expect(found.twice).toEqual(expected.twice);
    expectNear(found.y!, expected.y!, 0.05);
    const text = (await readFile(file)).toString('latin1');
    expect(text.split('DynamicQuantizeLinear')).toHaveLength(2);
  });

  it('keeps a product that is given out or taken twice apart from the addition behind it', async () => {
    const outputs = [value('xW', 'rows', M), value('h', 'rows', M)];
    const nodes = GRAPH.nodes.slice(0, 2);
    const given = await quantised({ ...GRAPH, nodes, outputs, initializers: { W, b } });
    const found = await run(given.file, { x });
    expectNear(
      found.h!,
      found.xW!.map((each, i) => each + b.data[i % M]!),
      1e-5,
    );
  });

  it('leaves what a caller may replace, and products of two computed values', async () => {
    const products = [
      node('MatMul', ['x', 'W'], 'p'),
      node('Gemm', ['p', 'p'], 'pp', turned),
      node('MatMul', ['pp', 'z'], 'y'),
    ];
    const inputs = [value('x', 'rows', K), value('z', ROWS, N)];
    const z = random(ROWS, N);
    const made = await quantised({ ...GRAPH, nodes: products, inputs, initializers: { W, z } });
    expect(made.products).toBe(1);
    expectNear((await run(made.file, { x })).y!, (await run(made.from, { x })).y!, 0.5);
  });

  it('has weights inside that lay outside', async () => {
    const [from, file] = [fresh(), fresh()];
    const place = (name: string, shape: number[], offset: number) => {
      const entry = (key: string, text: string) => new ProtoWriter().string(1, key).string(2, text);
      return new ProtoWriter()
        .ints(1, shape)
        .int(2, 1)
        .string(8, name)
        .message(13, entry('location', `${path.basename(from)}_data`))
        .message(13, entry('offset', String(offset)))
        .int(14, 1);
    };
    // A second graph field is merged with the first, as protobuf has it; we and ONNX expect one.
    const inner = encodeModel({ ...GRAPH, initializers: { V, c } });
    const outside = new ProtoWriter()
      .message(5, place('W', [K, M], 64))
      .message(5, place('b', [M], 64 + 4 * K * M))
      .finish();
    await writeFile(from, withGraph(inner, outside));
    const data = Buffer.concat([W, b].map(({ data: { buffer } }) => Buffer.from(buffer)));
    await writeFile(`${from}_data`, Buffer.concat([Buffer.alloc(64), data]));
    expect(await quantiseModel(from, file)).toBe(2);
    const plain = await quantised(GRAPH);
    expect(await run(file, { x })).toEqual(await run(plain.file, { x }));
  });

  it('leaves no file where the weights beside it are cut short', async () => {
    const from = path.join(folder, 'short.onnx');
    const whole = await readFile(path.join(TINY_CLIP, 'onnx/text_model.onnx'));
    const { model, data } = weightsOutside(whole, 'short.onnx_data');
    await writeFile(from, model);
    await writeFile(`${from}_data`, data.subarray(0, data.length / 2));
    await expect(quantiseModel(from, path.join(folder, 'short-int8.onnx'))).rejects.toThrow(
      'shorter',
    );
    expect(await readdir(folder)).not.toContain('short-int8.onnx');
  });

  it('is refused where there is nothing to quantise, and no file is left', async () => {
    const before = await readdir(folder);
    const graph = { ...GRAPH, nodes: [node('Add', ['x', 'x'], 'y')], initializers: {} };
    await expect(quantised({ ...graph, outputs: [value('y', 'rows', K)] })).rejects.toMatchObject({
      code: 'ENCODER_UNSUPPORTED',
    });
    expect((await readdir(folder)).length).toBe(before.length + 1);
  });
});

/** The model with more fields in its graph. */
function withGraph(model: Uint8Array, fields: Uint8Array): Uint8Array {
  // Field 7 begins behind ir_version and producer_name, whose lengths encodeModel fixes.
  const start = Buffer.from(model).indexOf(0x3a, 2 + 2 + 'clipwright'.length);
  let [length, at] = [0, start + 1];
  for (let shift = 0; ; shift += 7) {
    const byte = model[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const graph = Buffer.concat([model.subarray(at, at + length), fields]);
  const head = model.subarray(0, start);
  const rest = model.subarray(at + length);
  return Buffer.concat([head, new ProtoWriter().bytes(7, graph).finish(), rest]);
}

/** The inputs of tools/int8-reference/make.py. */
const COUNT = 8;
function pixelValues(size: number): Float32Array {
  return Float32Array.from({ length: COUNT * 3 * size * size }, (_, at) => {
    const noise = ((at * 2654435761) % 2 ** 32) / 2 ** 32 - 0.5;
    const image = Math.floor(at / (3 * size * size));
    return 1.5 * Math.sin((at % (size * size)) * 0.0005 * (image + 1)) + noise;
  });
}
function inputIds(first: number, last: number): BigInt64Array {
  const rows = Array.from({ length: COUNT }, (_, row) => [
    first,
    ...Array.from({ length: 12 }, (__, i) => 300 + 17 * row + 5 * i),
    last,
  ]);
  return BigInt64Array.from(rows.flat(), BigInt);
}

describe('the towers', () => {
  const { cosines } = JSON.parse(
    readFileSync(path.join(CLIP_FIXTURES, 'int8-reference.json'), 'utf8'),
  ) as { cosines: Record<string, number> };
  const mini = path.join(import.meta.dirname, '../../../models/clip-mini');

  it.each([
    ['tiny-clip', TINY_CLIP, 224, 49406, 49407],
    ['clip-mini', mini, 96, 1, 2],
  ])('of %s are as near to FP32 as onnxruntime.quantization brings them', async (...given) => {
    const [name, encoder, size, first, last] = given;
    const ids = { dtype: 'int64' as const, shape: [COUNT, 14], data: inputIds(first, last) };
    const mask = { ...ids, data: new BigInt64Array(COUNT * 14).fill(1n) };
    const pixels = {
      dtype: 'float32' as const,
      shape: [COUNT, 3, size, size],
      data: pixelValues(size),
    };
    for (const tower of ['vision', 'text']) {
      const from = path.join(encoder, `onnx/${tower}_model.onnx`);
      const file = fresh();
      await quantiseModel(from, file);
      const feeds = { pixel_values: pixels, input_ids: ids, attention_mask: mask };
      const [a, b] = await Promise.all(
        [from, file].map(async (each) => Object.values(await run(each, feeds))[0]!),
      );
      const dimension = a!.length / COUNT;
      for (const rows of [a!, b!]) l2NormalizeRows(rows, dimension);
      const rows = Array.from({ length: COUNT }, (_, row) => {
        const at = (vectors: Float32Array, i: number) => vectors[row * dimension + i]!;
        return Array.from({ length: dimension }, (__, i) => at(a!, i) * at(b!, i)).reduce(
          (sum, each) => sum + each,
        );
      });
      // Which way a level is rounded is a matter of the last bit of an activation.
      const reference = 1 - cosines[`${name} ${tower}`]!;
      expect(1 - Math.min(...rows), tower).toBeLessThan(1.5 * reference + 1e-5);
      expect(1 - Math.min(...rows), tower).toBeGreaterThan(0);
    }
  });
});
