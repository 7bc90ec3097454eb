import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { Encoder } from '../../../src/ml/clip/encoder.js';
import { removeCombined, splitTowers } from '../../../src/ml/clip/split-towers.js';
import { splitModel } from '../../../src/ml/onnx/split-model.js';
import { Session, type Tensors } from '../../../src/ml/runtime/session.js';
import { combinedTinyClip } from '../../support/clip/combined-export.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { EXPORTS, FEEDS, reference } from '../../support/clip/hf-exports.js';
import { weightsOutside } from '../../support/ml/weights-outside.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-split-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(file: string, feeds: Tensors, output: string): Promise<Float32Array> {
  const session = await Session.open(file, { threads: 1 });
  try {
    expect(session.inputs.map(({ name }) => name).sort()).toEqual(Object.keys(feeds).sort());
    expect(session.outputs.map(({ name }) => name)).toEqual([output]);
    const { [output]: found } = await session.run(feeds);
    return found!.data as Float32Array;
  } finally {
    await session.close();
  }
}

it.each([
  ['vision', 'image_embeds'],
  ['text', 'text_embeds'],
] as const)(
  "makes a %s tower of transformers' whole model, with PyTorch's embeddings",
  async (tower, output) => {
    const to = path.join(folder, 'tower.onnx');
    await splitModel(path.join(EXPORTS, 'combined-traced.onnx'), to, output);
    const found = await run(to, FEEDS[tower], output);
    const wanted = reference.combined[tower];
    expect(found).toHaveLength(wanted.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
    const whole = (await readFile(path.join(EXPORTS, 'combined-traced.onnx'))).length;
    expect((await readFile(to)).length).toBeLessThan(0.7 * whole);
  },
);

it('brings weights that lie beside the graph into the towers', async () => {
  const from = path.join(folder, 'model.onnx');
  const { model, data } = weightsOutside(
    await readFile(path.join(EXPORTS, 'combined-traced.onnx')),
    'model.onnx_data',
  );
  await writeFile(from, model);
  await writeFile(`${from}_data`, data);
  for (const [tower, output] of [
    ['vision', 'image_embeds'],
    ['text', 'text_embeds'],
  ] as const) {
    await splitModel(from, path.join(folder, `${tower}.onnx`), output);
  }
  await rm(`${from}_data`);
  for (const [tower, output] of [
    ['vision', 'image_embeds'],
    ['text', 'text_embeds'],
  ] as const) {
    const found = await run(path.join(folder, `${tower}.onnx`), FEEDS[tower], output);
    for (const [i, value] of found.entries()) {
      expect(value).toBeCloseTo(reference.combined[tower][i]!, 5);
    }
  }
});

it('says which output is missing', async () => {
  const from = path.join(EXPORTS, 'vision-traced.onnx');
  await expect(splitModel(from, path.join(folder, 'x.onnx'), 'text_embeds')).rejects.toThrow(
    'expected the output text_embeds but found image_embeds, last_hidden_state',
  );
  expect(await readdir(folder)).toEqual([]);
});

it('leaves nothing of what it did not finish, and what was there before', async () => {
  const from = path.join(EXPORTS, 'combined-traced.onnx');
  const to = path.join(folder, 'tower.onnx');
  await expect(splitModel(from, to, 'text_embeds', AbortSignal.abort())).rejects.toThrow('abort');
  expect(await readdir(folder)).toEqual([]);
  await writeFile(to, 'of somebody');
  await expect(splitModel(from, to, 'text_embeds')).rejects.toThrow('EEXIST');
  expect(await readFile(to, 'utf8')).toBe('of somebody');
});

it('makes both towers or none', async () => {
  const onnx = path.join(folder, 'onnx');
  await mkdir(onnx);
  await cp(path.join(EXPORTS, 'vision-traced.onnx'), path.join(onnx, 'model.onnx'));
  await expect(splitTowers(folder)).rejects.toThrow('expected the output text_embeds');
  expect(await readdir(onnx)).toEqual(['model.onnx']);
});

it('makes an encoder of a folder with one graph, with the embeddings of its towers', async () => {
  const directory = path.join(folder, 'tiny');
  await cp(TINY_CLIP, directory, { recursive: true });
  await rm(path.join(directory, 'onnx'), { recursive: true });
  await writeFile(path.join(directory, 'model.onnx'), combinedTinyClip());
  await expect(describeEncoder(directory)).rejects.toThrow('addEncoder');
  await splitTowers(directory);
  await removeCombined(directory);
  expect((await readdir(path.join(directory, 'onnx'))).sort()).toEqual([
    'text_model.onnx',
    'vision_model.onnx',
  ]);
  const description = await describeEncoder(directory);
  const [split, known] = [
    new Encoder(description, 1),
    new Encoder(await describeEncoder(TINY_CLIP), 1),
  ];
  const texts = ['a photo', 'two people on a beach'];
  expect(await split.embedTexts(texts)).toEqual(await known.embedTexts(texts));
  const { width, height } = description.image.geometry.crop;
  const levels = Uint8Array.from({ length: 2 * width * height * 3 }, (_, i) => (i * 7919) % 256);
  expect(await split.embedImages(levels, 2)).toEqual(await known.embedImages(levels, 2));
  await Promise.all([split.close(), known.close()]);
});
