import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../../src/ml/clip/describe-encoder.js';
import { readModelConfig } from '../../../../src/ml/clip/model-config.js';
import { readPreprocessorConfig } from '../../../../src/ml/clip/preprocessor-config.js';
import { TINY_SIGLIP } from '../../../support/clip/siglip-fixtures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-siglip-'));
  await cp(TINY_SIGLIP, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function edit(file: string, change: object): Promise<void> {
  const name = path.join(folder, file);
  const json = JSON.parse(await readFile(name, 'utf8')) as object;
  await writeFile(name, JSON.stringify({ ...json, ...change }));
}

describe('describeEncoder', () => {
  it('knows SigLIP by its model_type: the whole image, texts padded in lower case', async () => {
    expect(await describeEncoder(folder)).toMatchObject({
      family: 'SIGLIP',
      dimension: 24,
      image: {
        geometry: {
          resize: { kind: 'exact', width: 32, height: 32 },
          crop: { width: 32, height: 32 },
          filter: 'bicubic',
        },
        normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      },
      text: { contextLength: 64, padsToContext: true, lowercases: true },
    });
  });

  it('takes images by another filter for other pre-processing', async () => {
    const bicubic = await describeEncoder(folder);
    await edit('preprocessor_config.json', { resample: 2 });
    const bilinear = await describeEncoder(folder);
    expect(bilinear.image.geometry.filter).toBe('bilinear');
    expect(bilinear.preprocessingHash).not.toBe(bicubic.preprocessingHash);
  });
});

describe('readModelConfig', () => {
  it("fills in transformers' defaults, which config.json leaves out", () => {
    const base = {
      family: 'SIGLIP',
      dimension: 768,
      contextLength: 64,
      imageSize: 224,
      patches: 14,
      hiddenSizes: { image: 768, text: 768 },
    };
    expect(readModelConfig({ model_type: 'siglip' })).toEqual(base);
    const sparse = { text_config: {}, vision_config: { image_size: 384 } };
    expect(readModelConfig({ model_type: 'siglip', ...sparse })).toEqual({
      ...base,
      imageSize: 384,
      patches: 24,
    });
  });

  it('does so for CLIP, whose config.json on the hub is as sparse', () => {
    const sparse = { projection_dim: 512, text_config: { dropout: 0 }, vision_config: {} };
    expect(readModelConfig({ model_type: 'clip', ...sparse })).toEqual({
      family: 'CLIP',
      dimension: 512,
      contextLength: 77,
      imageSize: 224,
      patches: 7,
      hiddenSizes: { image: 768, text: 512 },
    });
  });

  it('refuses towers whose embeddings cannot be compared', () => {
    const config = { model_type: 'siglip', vision_config: { hidden_size: 1152 } };
    expect(() => readModelConfig(config)).toThrow(
      expect.objectContaining({
        code: 'ENCODER_FILE_INVALID',
        message: expect.stringContaining('1152 and 768'),
      }),
    );
    const projected = { ...config, text_config: { projection_size: 1152 } };
    expect(readModelConfig(projected).dimension).toBe(1152);
  });

  it('refuses images of many sizes, and says what to take', () => {
    expect(() => readModelConfig({ model_type: 'siglip2' })).toThrow(
      expect.objectContaining({
        code: 'ENCODER_UNSUPPORTED',
        message: expect.stringContaining('siglip2-base-patch16-224'),
      }),
    );
  });
});

it("a sparse preprocessor_config.json means what the family's image processor does", () => {
  const read = (family: 'CLIP' | 'SIGLIP') =>
    readPreprocessorConfig({ size: { height: 8, width: 10 }, crop_size: 6 }, family, 'floor');
  expect(read('SIGLIP')).toMatchObject({
    geometry: { crop: { width: 10, height: 8 } },
    normalization: { mean: [0.5, 0.5, 0.5] },
  });
  expect(read('CLIP')).toMatchObject({
    geometry: { crop: { width: 6, height: 6 } },
    normalization: { mean: [0.48145466, 0.4578275, 0.40821073] },
  });
});
