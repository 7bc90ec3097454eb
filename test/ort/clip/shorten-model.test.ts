import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { l2NormalizeRows } from '../../../src/ml/clip/l2-normalize.js';
import { openTower } from '../../../src/ml/clip/open-tower.js';
import { Tower } from '../../../src/ml/clip/tower.js';
import { Rng } from '../../../src/ml/data/rng.js';
import { encodeModel, type OnnxNode } from '../../../src/ml/onnx/model.js';
import { ProtoMessage } from '../../../src/ml/onnx/proto-reader.js';
import { quantiseModel } from '../../../src/ml/onnx/quantise/quantise-model.js';
import { type ModelOutside, shortenModel } from '../../../src/ml/onnx/shorten/shorten-model.js';
import { Session, type Tensors } from '../../../src/ml/runtime/session.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { EXPORTS, FEEDS, reference } from '../../support/clip/hf-exports.js';
import { TINY_SIGLIP } from '../../support/clip/siglip-fixtures.js';

const CLIP_MINI = path.join(import.meta.dirname, '../../../models/clip-mini');
const OUTPUTS = { text: 'text_embeds', vision: 'image_embeds' } as const;
const DIMENSION = 16;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-shorten-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(model: ModelOutside, feeds: Tensors, output: string): Promise<Float32Array> {
  const session = await Session.open(model.graph, { threads: 1, weightsFolder: model.folder });
  try {
    expect(session.outputs.map(({ name }) => name)).toEqual([output]);
    const { [output]: found } = await session.run(feeds);
    return found!.data as Float32Array;
  } finally {
    await session.close();
  }
}

/** Products with a row that was taken early, of a graph's bytes. */
function earlyProducts({ graph }: ModelOutside): number {
  const [body] = new ProtoMessage(graph).messages(7);
  return body!
    .messages(1)
    .filter(
      (node) =>
        node.strings(4)[0] === 'MatMul' && node.strings(1)[0]!.startsWith('clipwright early'),
    ).length;
}

function largestDifference(a: Float32Array, b: readonly number[] | Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

describe.each(['text', 'vision'] as const)('a %s tower', (tower) => {
  const output = OUTPUTS[tower];
  it.each(['dynamo', 'traced'])(
    'of the %s exporter gives the embeddings of PyTorch, its last block computed for one token',
    async (exporter) => {
      const file = path.join(EXPORTS, `${tower}-${exporter}.onnx`);
      const shortened = await shortenModel(file, [output]);
      const { whole, short } = shortened!;
      expect(
        largestDifference(await run(whole, FEEDS[tower], output), reference[tower]),
      ).toBeLessThan(1e-5);
      expect(
        largestDifference(await run(short, FEEDS[tower], output), reference[tower]),
      ).toBeLessThan(1e-5);
      expect(earlyProducts(whole)).toBe(0);
      // Output projection and feed-forward.
      expect(earlyProducts(short)).toBe(3);
    },
  );
});

it('gives an image the same bytes alone and in a batch', async () => {
  const { short } = (await shortenModel(path.join(EXPORTS, 'vision-traced.onnx'), [
    'image_embeds',
  ]))!;
  const all = await run(short, FEEDS.vision, 'image_embeds');
  for (let image = 0; image < 3; image += 1) {
    const size = 3 * 16 * 16;
    const data = FEEDS.vision.pixel_values.data.slice(image * size, (image + 1) * size);
    const feeds = { pixel_values: { dtype: 'float32', shape: [1, 3, 16, 16], data } } as const;
    const alone = await run(short, feeds, 'image_embeds');
    expect(alone).toEqual(all.slice(image * DIMENSION, (image + 1) * DIMENSION));
  }
});

it('reads a file through a link, as the cache of Hugging Face has them', async () => {
  const link = path.join(folder, 'model.onnx');
  await symlink(path.join(EXPORTS, 'vision-traced.onnx'), link);
  const { short } = (await shortenModel(link, ['image_embeds']))!;
  const found = await run(short, FEEDS.vision, 'image_embeds');
  expect(largestDifference(found, reference.vision)).toBeLessThan(1e-5);
});

it('leaves towers that do not take one row, and INT8, whose scales all tokens share', async () => {
  const quantised = path.join(folder, 'quantised.onnx');
  await quantiseModel(path.join(EXPORTS, 'vision-traced.onnx'), quantised);
  expect(await shortenModel(quantised, ['image_embeds'])).toBeNull();
  expect(
    await shortenModel(path.join(CLIP_MINI, 'onnx/vision_model.onnx'), ['image_embeds']),
  ).toBeNull();
  // Turns its rows by a transposition before it takes one.
  expect(
    await shortenModel(path.join(TINY_CLIP, 'onnx/vision_model.onnx'), ['image_embeds']),
  ).toBeNull();
  expect(await shortenModel(path.join(EXPORTS, 'vision-traced.onnx'), ['no_such'])).toBeNull();
});

it('shortens a SigLIP, the text tower by its last token', async () => {
  for (const tower of ['vision', 'text']) {
    const file = path.join(TINY_SIGLIP, `onnx/${tower}_model.onnx`);
    expect(await shortenModel(file, ['pooler_output']), tower).not.toBeNull();
  }
});

describe('a tower in which rows meet behind attention', () => {
  const [T, W] = [5, 8];
  const rng = Rng.fromSeed(3);
  const weights = (...shape: number[]) => ({
    dtype: 'float32' as const,
    shape,
    data: Float32Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      () => rng.uniform() - 0.5,
    ),
  });
  const tower = (nodes: readonly OnnxNode[]) =>
    encodeModel({
      name: 'rows meet',
      nodes,
      initializers: {
        weight: weights(W, W),
        first: { dtype: 'int64', shape: [], data: BigInt64Array.of(3n) },
      },
      inputs: [{ name: 'pixel_values', dtype: 'float32', shape: ['N', T, W] }],
      outputs: [{ name: 'image_embeds', dtype: 'float32', shape: ['N', W] }],
    });
  const product: OnnxNode = {
    type: 'MatMul',
    inputs: ['pixel_values', 'weight'],
    outputs: ['rows'],
  };
  const mean: OnnxNode = {
    type: 'ReduceMean',
    inputs: ['rows'],
    outputs: ['mean'],
    attributes: { axes: { kind: 'ints', value: [1] } },
  };
  const feeds = { pixel_values: weights(2, T, W) };
  const open = async (bytes: Uint8Array) => {
    const file = path.join(folder, `meet-${rng.nextUint32()}.onnx`);
    await writeFile(file, bytes);
    const expected = { inputs: ['pixel_values'], optionalInputs: [], outputs: ['image_embeds'] };
    const embed = async (opened: Tower) => {
      const vectors = await opened.run(feeds, 2);
      l2NormalizeRows(vectors, W);
      return vectors;
    };
    const whole = await Tower.open(file, 'tower', expected, W, { threads: 1 });
    const opened = await openTower(
      { directory: folder, file, expected, dimension: W },
      { threads: 1 },
      embed,
    );
    const found = [await embed(opened), await embed(whole)] as const;
    await Promise.all([opened.close(), whole.close()]);
    return { found, shortened: await shortenModel(file, ['image_embeds']) };
  };

  it('is opened as it is where an item has one row for all of them', async () => {
    // A fourth row of one: the shortened graph fails.
    const { found, shortened } = await open(
      tower([
        product,
        mean,
        { type: 'MatMul', inputs: ['mean', 'weight'], outputs: ['common'] },
        { type: 'Sub', inputs: ['rows', 'common'], outputs: ['centred'] },
        {
          type: 'Gather',
          inputs: ['centred', 'first'],
          outputs: ['image_embeds'],
          attributes: { axis: { kind: 'int', value: 1 } },
        },
      ]),
    );
    expect(shortened).not.toBeNull();
    expect(found[0]).toEqual(found[1]);
  });
});

it('opens a tower as it is where the shortened one embeds otherwise', async () => {
  const expected = { inputs: ['pixel_values'], optionalInputs: [], outputs: ['image_embeds'] };
  const file = 'vision-traced.onnx';
  const toOpen = { directory: EXPORTS, file, expected, dimension: DIMENSION };
  const asked: Tower[] = [];
  const embedding = (cosine: number) => async (tower: Tower) => {
    asked.push(tower);
    const vector = new Float32Array(DIMENSION);
    vector[0] = asked.length === 1 ? 1 : cosine;
    vector[1] = Math.sqrt(1 - vector[0] ** 2);
    return vector;
  };
  for (const [cosine, isShort] of [
    [1, true],
    [0.9, false],
  ] as const) {
    asked.length = 0;
    const opened = await openTower(toOpen, { threads: 1 }, embedding(cosine));
    expect(asked).toHaveLength(2);
    expect(opened === asked[1]).toBe(isShort);
    const found = await opened.run(FEEDS.vision, 3);
    expect(largestDifference(found, reference.vision)).toBeLessThan(1e-5);
    await opened.close();
  }
});

it('gives up on graphs that lead nowhere, however they branch', async () => {
  const doubling = (depth: number): OnnxNode[] =>
    Array.from({ length: depth }, (_, i) => ({
      type: 'Add',
      inputs: [`x${i}`, `x${i}`],
      outputs: [`x${i + 1}`],
    }));
  const file = path.join(folder, 'doubling.onnx');
  await writeFile(
    file,
    encodeModel({
      name: 'doubling',
      nodes: [
        { type: 'MatMul', inputs: ['pixel_values', 'weight'], outputs: ['x0'] },
        ...doubling(100),
        { type: 'Shape', inputs: ['x100'], outputs: ['shape'] },
        { type: 'Reshape', inputs: ['pixel_values', 'shape'], outputs: ['other'] },
        { type: 'Add', inputs: ['other', 'x100'], outputs: ['sum'] },
        {
          type: 'Gather',
          inputs: ['sum', 'first'],
          outputs: ['image_embeds'],
          attributes: { axis: { kind: 'int', value: 1 } },
        },
      ],
      initializers: {
        weight: { dtype: 'float32', shape: [4, 4], data: new Float32Array(16).fill(0.25) },
        first: { dtype: 'int64', shape: [], data: BigInt64Array.of(0n) },
      },
      inputs: [{ name: 'pixel_values', dtype: 'float32', shape: ['N', 3, 4] }],
      outputs: [{ name: 'image_embeds', dtype: 'float32', shape: ['N', 4] }],
    }),
  );
  expect(await shortenModel(file, ['image_embeds'])).not.toBeNull();
});
