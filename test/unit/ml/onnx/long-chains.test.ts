import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { input, mul, neg, reduceSum } from '../../../../src/ml/graph/build.js';
import { dedupe } from '../../../../src/ml/graph/dedupe.js';
import { nodesOf } from '../../../../src/ml/graph/graph.js';
import { layOut } from '../../../../src/ml/graph/layout/lay-out.js';
import type { Node } from '../../../../src/ml/graph/node.js';
import { verify } from '../../../../src/ml/graph/verify.js';
import { checkModel } from '../../../../src/ml/onnx/check-model.js';
import { type Body, expandedNodes, opKey } from '../../../../src/ml/onnx/expanded-nodes.js';
import { encodeModel, type OnnxNode } from '../../../../src/ml/onnx/model.js';
import { quantiseModel } from '../../../../src/ml/onnx/quantise/quantise-model.js';
import { shortenModel } from '../../../../src/ml/onnx/shorten/shorten-model.js';
import { splitModel } from '../../../../src/ml/onnx/split-model.js';

const LENGTH = 100_000;
const OUTPUT = 'image_embeds';
const W = 4;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-chains-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** One behind the other, from a value to a value. */
function chain(type: string, from: string, to: string): OnnxNode[] {
  const name = (at: number) => (at === 0 ? from : at === LENGTH ? to : `${to} ${at}`);
  return Array.from({ length: LENGTH }, (_, at) => {
    return { type, inputs: [name(at)], outputs: [name(at + 1)] };
  });
}

async function written(nodes: readonly OnnxNode[]): Promise<string> {
  const file = path.join(folder, 'model.onnx');
  const float32 = (shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return { dtype: 'float32', shape, data: new Float32Array(size).fill(1) } as const;
  };
  const model = {
    name: 'chain',
    nodes,
    initializers: {
      weight: float32([W, W]),
      token: { dtype: 'int64', shape: [], data: BigInt64Array.of(0n) } as const,
    },
    inputs: [{ name: 'x', dtype: 'float32', shape: ['N', 3, W] }] as const,
    outputs: [{ name: OUTPUT, dtype: 'float32', shape: ['N', W] }] as const,
  };
  await writeFile(file, encodeModel(model));
  return file;
}

const matMul = (factor: string, output: string): OnnxNode => {
  return { type: 'MatMul', inputs: ['x', factor], outputs: [output] };
};
const pool = (rows: string): OnnxNode => ({
  type: 'Gather',
  inputs: [rows, 'token'],
  outputs: [OUTPUT],
  attributes: { axis: { kind: 'int', value: 1 } },
});

describe(`a graph of ${LENGTH} nodes in a row`, () => {
  it('is checked, split and quantised', async () => {
    const file = await written([
      matMul('weight', 'first'),
      ...chain('Neg', 'first', 'rows'),
      pool('rows'),
    ]);
    const data = { name: 'model.onnx_data', size: null };
    expect(await checkModel(file, 'model.onnx', data)).toEqual([OUTPUT]);
    const part = path.join(folder, 'part.onnx');
    await splitModel(file, part, OUTPUT);
    expect((await stat(part)).size).toBe((await stat(file)).size);
    expect(await quantiseModel(file, path.join(folder, 'int8.onnx'))).toBe(1);
  }, 120_000);

  it('is shortened, where its size is asked for too', async () => {
    const both: OnnxNode = { type: 'Add', inputs: ['product', 'x'], outputs: ['first'] };
    const size: OnnxNode = { type: 'Shape', inputs: ['rows'], outputs: ['size'] };
    const last: OnnxNode = { type: 'Reshape', inputs: ['row', 'size'], outputs: [OUTPUT] };
    const file = await written([
      matMul('weight', 'product'),
      both,
      ...chain('Neg', 'first', 'rows'),
      size,
      { ...pool('rows'), outputs: ['row'] },
      last,
    ]);
    expect(await shortenModel(file, [OUTPUT])).not.toBeNull();
  }, 120_000);

  it('is shortened, where they are copies of a weight', async () => {
    const file = await written([
      ...chain('Identity', 'weight', 'copy'),
      matMul('copy', 'rows'),
      pool('rows'),
    ]);
    expect(await shortenModel(file, [OUTPUT])).not.toBeNull();
  }, 120_000);

  it('is shortened nowhere, where copies go round', async () => {
    const file = await written([
      { type: 'Identity', inputs: ['b'], outputs: ['a'] },
      { type: 'Identity', inputs: ['a'], outputs: ['b'] },
      matMul('b', 'rows'),
      pool('rows'),
    ]);
    expect(await shortenModel(file, [OUTPUT])).toBeNull();
  });

  it('has its nodes counted, where each is a function that calls the next', () => {
    const name = (at: number) => opKey('own', `f${at}`);
    const functions = new Map<string, Body>();
    for (let at = 0; at < LENGTH; at++) functions.set(name(at), new Map([[name(at + 1), 1]]));
    functions.set(name(LENGTH), new Map([[opKey('', 'Relu'), 2]]));
    expect(expandedNodes([new Map([[name(0), 1]])], functions)).toBe(LENGTH + 3);
    functions.set(name(LENGTH), new Map([[name(LENGTH / 2), 1]]));
    expect(expandedNodes([new Map([[name(0), 1]])], functions)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is derived and laid out', () => {
    const x = input('x', [2, 3]);
    let y: Node = mul(x, x);
    for (let at = 0; at < LENGTH; at++) y = neg(y);
    const loss = reduceSum(y, [0, 1]);
    const [gradient] = gradients(loss, [x]);
    const graph = layOut(dedupe({ outputs: { loss, gradient: gradient! } }));
    expect(nodesOf(verify(graph)).length).toBeGreaterThan(2 * LENGTH);
  }, 120_000);
});
