import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { DRIFT_IMAGES, DRIFT_TEXTS, driftImages } from '../../../src/ml/clip/drift-samples.js';
import { Encoder } from '../../../src/ml/clip/encoder.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { decodeImage } from '../../../src/ml/image/decode-image.js';
import { readImageHeader } from '../../../src/ml/image/image-header.js';
import { preprocessImage } from '../../../src/ml/image/preprocess-image.js';
import { ResampleWeightsCache } from '../../../src/ml/image/resample-weights.js';
import { quantiseModel } from '../../../src/ml/onnx/quantise/quantise-model.js';
import { CLIP_FIXTURES } from '../../support/clip/fixtures.js';
import { siglipReference, TINY_SIGLIP } from '../../support/clip/siglip-fixtures.js';

const TOLERANCE = 1e-5;
const reference = siglipReference();

let work: string;
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'clipwright-siglip-'));
});
afterAll(() => rm(work, { recursive: true }));

/** The tiny SigLIP whose images are resampled by a filter, by Pillow's number. */
async function withFilter(name: string, resample: number): Promise<EncoderDescription> {
  const folder = path.join(work, name);
  await cp(TINY_SIGLIP, folder, { recursive: true });
  const file = path.join(folder, 'preprocessor_config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...config, resample }));
  return describeEncoder(folder);
}

async function levelsOf({ image }: EncoderDescription): Promise<Uint8Array> {
  const cache = new ResampleWeightsCache();
  const levels = await Promise.all(
    reference.images.map(async (name) => {
      const bytes = await readFile(path.join(CLIP_FIXTURES, 'images', name));
      const raster = await decodeImage(bytes, await readImageHeader(bytes));
      return preprocessImage(raster, image.geometry, cache);
    }),
  );
  return Buffer.concat(levels);
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

/** Of rows of length 1. */
function meanCosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (a.length / 24);
}

describe('the tiny SigLIP', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    encoder = new Encoder(await describeEncoder(TINY_SIGLIP), 1);
  });
  afterAll(() => encoder.close());

  it("gives transformers' embeddings of texts, whatever is in the batch, bit for bit", async () => {
    const texts = reference.texts.map(({ text }) => text);
    const together = await encoder.embedTexts(texts);
    expect(largestDifference(together, floats(reference.textEmbeds))).toBeLessThan(TOLERANCE);
    for (const [i, text] of texts.entries()) {
      expect(await encoder.embedTexts([text])).toEqual(together.subarray(i * 24, (i + 1) * 24));
    }
  });

  it('reads a text as a whole: its embedding depends on the padding', async () => {
    const description = await describeEncoder(TINY_SIGLIP);
    const cut = new Encoder({ ...description, text: { contextLength: 64 } }, 1);
    try {
      const [text] = [['a photo of a dog']];
      const difference = largestDifference(
        await cut.embedTexts(text),
        await encoder.embedTexts(text),
      );
      expect(difference).toBeGreaterThan(0.01);
    } finally {
      await cut.close();
    }
  });
});

it('the tiny SigLIP can be made INT8', async () => {
  const fp32 = await describeEncoder(TINY_SIGLIP);
  const towers = { vision: path.join(work, 'vision.onnx'), text: path.join(work, 'text.onnx') };
  for (const tower of ['vision', 'text'] as const) {
    await quantiseModel(path.join(TINY_SIGLIP, fp32.towers[tower]), towers[tower]);
  }
  const embedded = [];
  for (const description of [fp32, { ...fp32, towers }]) {
    const encoder = new Encoder(description, 1);
    const images = driftImages(description.image.geometry.crop);
    embedded.push(await encoder.embedImages(images, DRIFT_IMAGES));
    embedded.push(await encoder.embedTexts(DRIFT_TEXTS));
    await encoder.close();
  }
  const [images, texts, imagesInt8, textsInt8] = embedded;
  expect(meanCosine(images!, imagesInt8!)).toBeGreaterThan(0.999);
  expect(meanCosine(texts!, textsInt8!)).toBeGreaterThan(0.999);
});

describe('a text tower that was exported for texts of one length', () => {
  /** The tiny SigLIP's, with a number in place of the name of its second axis. */
  async function fixed(length: number): Promise<string> {
    const bytes = await readFile(path.join(TINY_SIGLIP, 'onnx/text_model.onnx'));
    const named = Buffer.from([0x12, 6, ...Buffer.from('length')]);
    // As many bytes: a varint may be longer than it need be.
    const numbered = Buffer.from([0x08, length | 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]);
    expect(bytes.includes(named)).toBe(true);
    const file = path.join(work, `text-of-${length}.onnx`);
    const at = bytes.indexOf(named);
    numbered.copy(bytes, at);
    await writeFile(file, bytes);
    return file;
  }

  it('gets them padded, whatever the family', async () => {
    const { towers, ...description } = await describeEncoder(TINY_SIGLIP);
    const text = { contextLength: 64, lowercases: true } as const;
    const encoder = new Encoder(
      { ...description, text, towers: { ...towers, text: await fixed(64) } },
      1,
    );
    try {
      const vectors = await encoder.embedTexts(reference.texts.map(({ text }) => text));
      expect(largestDifference(vectors, floats(reference.textEmbeds))).toBeLessThan(TOLERANCE);
    } finally {
      await encoder.close();
    }
  });

  it('is refused where that is not the context of its configuration', async () => {
    const { towers, ...description } = await describeEncoder(TINY_SIGLIP);
    const encoder = new Encoder(
      { ...description, towers: { ...towers, text: await fixed(32) } },
      1,
    );
    await expect(encoder.embedTexts(['a'])).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('32'),
    });
    await encoder.close();
  });
});

describe.each([
  ['bicubic', 3],
  ['bilinear', 2],
] as const)('the tiny SigLIP on images resampled %s', (filter, resample) => {
  it("gets Pillow's levels and gives transformers' embeddings", async () => {
    const description = await withFilter(filter, resample);
    const levels = await levelsOf(description);
    expect(levels).toEqual(Buffer.from(reference.levels[filter], 'base64'));
    const encoder = new Encoder(description, 1);
    try {
      const vectors = await encoder.embedImages(levels, reference.images.length);
      const golden = floats(reference.imageEmbeds[filter]);
      expect(largestDifference(vectors, golden)).toBeLessThan(TOLERANCE);
    } finally {
      await encoder.close();
    }
  });
});
