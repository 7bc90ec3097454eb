import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../../src/ml/clip/describe-encoder.js';
import { findVariants, inVariant } from '../../../../src/ml/clip/encoder-variant.js';
import { TINY_CLIP } from '../../../support/clip/fixtures.js';

let folder: string;
let problems: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-variants-'));
  await cp(TINY_CLIP, folder, { recursive: true });
  problems = [];
});
afterEach(() => rm(folder, { recursive: true }));

const find = () => findVariants(folder, ({ message }) => problems.push(message));
async function copy(ending: string, towers = ['vision', 'text']): Promise<void> {
  for (const tower of towers) {
    const file = path.join(folder, `onnx/${tower}_model`);
    await cp(`${file}.onnx`, `${file}${ending}.onnx`);
  }
}

describe('the precisions in a folder', () => {
  it('are FP32 alone where there is nothing else', async () => {
    expect(await find()).toEqual([]);
  });

  it('have revisions of their own, and leave that of FP32 as it is', async () => {
    const before = await describeEncoder(folder);
    await Promise.all(['_fp16', '_quantized'].map((ending) => copy(ending)));
    expect(await describeEncoder(folder)).toEqual(before);
    const variants = await find();
    expect(variants).toMatchObject([
      { precision: 'FP16', source: 'FILE', towers: { vision: 'onnx/vision_model_fp16.onnx' } },
      { precision: 'INT8', source: 'FILE', towers: { text: 'onnx/text_model_quantized.onnx' } },
    ]);
    const revisions = [before, ...variants].map(({ revision }) => revision);
    expect(new Set(revisions).size).toBe(3);
    expect(inVariant(before, variants[1]!)).toEqual({
      ...before,
      precision: 'INT8',
      revision: revisions[2],
      towers: variants[1]!.towers,
    });
  });

  it('prefer transformers.js’s int8 to its q8', async () => {
    await Promise.all(['_quantized', '_int8'].map((ending) => copy(ending)));
    expect(await find()).toMatchObject([{ towers: { vision: 'onnx/vision_model_int8.onnx' } }]);
  });

  it('need both towers', async () => {
    await copy('_fp16', ['vision']);
    expect(await find()).toEqual([]);
  });

  it('of which one is no sound graph are told, and left out', async () => {
    await copy('_int8');
    await copy('_quantized');
    await writeFile(path.join(folder, 'onnx/text_model_int8.onnx'), 'no graph');
    expect(await find()).toMatchObject([{ towers: { text: 'onnx/text_model_quantized.onnx' } }]);
    expect(problems).toEqual([expect.stringContaining('onnx/text_model_int8.onnx')]);
  });
});
