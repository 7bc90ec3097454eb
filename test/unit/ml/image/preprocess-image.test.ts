import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src/ml/image/decode-image.js';
import { readImageHeader } from '../../../../src/ml/image/image-header.js';
import {
  type CropRounding,
  type ImageGeometry,
  planResize,
} from '../../../../src/ml/image/image-preprocessing.js';
import { preprocessImage } from '../../../../src/ml/image/preprocess-image.js';
import { ResampleWeightsCache } from '../../../../src/ml/image/resample-weights.js';
import {
  fixtureImages,
  type GoldenImage,
  hasReference,
  needsReference,
  referenceImages,
} from '../../../support/clip/fixtures.js';
import { goldenLevels } from '../../../support/clip/golden-levels.js';

const cache = new ResampleWeightsCache();

function clipGeometry(cropRounding: CropRounding): ImageGeometry {
  const crop = { width: 224, height: 224 };
  return { resize: { kind: 'shortest', edge: 224 }, crop, cropRounding, filter: 'bicubic' };
}

describe('pre-processing of the synthetic images', () => {
  const { root, images } = fixtureImages();
  it.each(images.map((image) => [image.name, image] as const))(
    '%s: Pillow, bit for bit',
    (_, image) => expectGolden(root, image),
  );
});

describe.skipIf(!hasReference)(`pre-processing of the photos${needsReference}`, () => {
  const { root, images } = hasReference ? referenceImages() : { root: '', images: [] };
  it.each(images.map((image) => [image.name, image] as const))(
    '%s: Pillow, bit for bit',
    (_, image) => expectGolden(root, image),
  );

  it.each(images.map((image) => [image.name, image] as const))(
    '%s: size and crop of both roundings',
    (_, { width, height, resized, crop_left_top, hf_crop_left_top }) => {
      const openai = planResize(clipGeometry('half-even'), width, height);
      const huggingFace = planResize(clipGeometry('floor'), width, height);
      expect([openai.width, openai.height]).toEqual(resized);
      expect([openai.left, openai.top]).toEqual(crop_left_top);
      expect([huggingFace.left, huggingFace.top]).toEqual(hf_crop_left_top);
    },
  );
});

async function expectGolden(root: string, image: GoldenImage): Promise<void> {
  const bytes = readFileSync(path.join(root, image.file));
  const raster = await decodeImage(bytes, await readImageHeader(bytes));
  const levels = preprocessImage(raster, clipGeometry('half-even'), cache);
  const golden = await goldenLevels(root, image);
  expect(levels.length).toBe(golden.length);
  const differences = golden.map((level, i) => Math.abs(level - levels[i]!));
  const largest = differences.reduce((a, b) => Math.max(a, b), 0);
  const differing = differences.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  // The reference converts CMYK after the resize; converting first differs by a level in 58 values (its README).
  const isCmyk = image.name === 'syn-cmyk.jpg';
  expect({ largest, differing }).toEqual(
    isCmyk ? { largest: 1, differing: 58 } : { largest: 0, differing: 0 },
  );
}
