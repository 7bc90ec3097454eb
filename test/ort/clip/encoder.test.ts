import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { Encoder } from '../../../src/ml/clip/encoder.js';
import { l2NormalizeRows } from '../../../src/ml/clip/l2-normalize.js';
import { bucketTexts } from '../../../src/ml/clip/text-buckets.js';
import { Tower } from '../../../src/ml/clip/tower.js';
import { decodeImage } from '../../../src/ml/image/decode-image.js';
import { readImageHeader } from '../../../src/ml/image/image-header.js';
import { preprocessImage } from '../../../src/ml/image/preprocess-image.js';
import { ResampleWeightsCache } from '../../../src/ml/image/resample-weights.js';
import type { Tensors } from '../../../src/ml/runtime/session.js';
import {
  CLIP_FIXTURES,
  CLIP_REFERENCE,
  fixtureImages,
  hardTexts,
  hasReference,
  needsReference,
  readNpy,
  referenceImages,
  referenceTexts,
  TINY_CLIP,
} from '../../support/clip/fixtures.js';
import { goldenLevels } from '../../support/clip/golden-levels.js';

/** What the reference's README allows for normalised embeddings. */
const TOLERANCE = 1e-5;
const DIMENSION = 32;
const EOS = 49407;
const CLIP_MINI = path.join(import.meta.dirname, '../../../models/clip-mini');

const imageOrder = (
  JSON.parse(readFileSync(path.join(TINY_CLIP, 'embeds-index.json'), 'utf8')) as {
    images: string[];
  }
).images;
const imageGoldens = readNpy(path.join(TINY_CLIP, 'image_embeds_normalized.npy'));
const textGoldens = readNpy(path.join(TINY_CLIP, 'text_embeds_normalized.npy'));

function row(vectors: Float32Array, index: number, dimension = DIMENSION): Float32Array {
  return vectors.subarray(index * dimension, (index + 1) * dimension);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

describe('the tiny CLIP', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    encoder = new Encoder(await describeEncoder(TINY_CLIP), 1);
  });
  afterAll(() => encoder.close());

  it('gives the reference embeddings of the synthetic images', async () => {
    const { root, images } = fixtureImages();
    for (const image of images) {
      const { variants: _, ...original } = image;
      const vector = await encoder.embedImages(await goldenLevels(root, original), 1);
      const golden = row(imageGoldens, imageOrder.indexOf(image.name));
      expect(largestDifference(vector, golden), image.name).toBeLessThan(TOLERANCE);
    }
  });

  it('gives the same image embedding whatever is in its batch, bit for bit', async () => {
    const { root, images } = fixtureImages();
    const levels = await Promise.all(images.map((image) => goldenLevels(root, image)));
    const together = await encoder.embedImages(Buffer.concat(levels), levels.length);
    for (const [i, one] of levels.entries()) {
      expect(await encoder.embedImages(one, 1)).toEqual(row(together, i));
    }
  });

  it('gives the same text embedding whatever is in its batch, bit for bit', async () => {
    const texts = hardTexts().map(({ text }) => text);
    const together = await encoder.embedTexts(texts);
    for (let i = 0; i < texts.length; i += 7) {
      expect(await encoder.embedTexts([texts[i]!]), texts[i]).toEqual(row(together, i));
    }
  });

  it('embeds no items as no rows', async () => {
    expect(await encoder.embedImages(new Uint8Array(0), 0)).toHaveLength(0);
    expect(await encoder.embedTexts([])).toHaveLength(0);
  });

  it('refuses levels of another size', async () => {
    await expect(encoder.embedImages(new Uint8Array(12), 1)).rejects.toThrow('224 x 224');
  });
});

describe.each(['text_model.onnx', 'text_model_ids_only.onnx'])('the text tower of %s', (file) => {
  let tower: Tower;
  beforeAll(async () => {
    const expected = {
      inputs: ['input_ids'],
      optionalInputs: ['attention_mask'],
      outputs: ['text_embeds'],
    };
    tower = await Tower.open(path.join(TINY_CLIP, 'onnx', file), file, expected, DIMENSION, {
      threads: 1,
    });
  });
  afterAll(() => tower.close());

  async function embed(
    texts: readonly (readonly number[])[],
    padId: number,
  ): Promise<Float32Array> {
    const vectors = new Float32Array(texts.length * DIMENSION);
    for (const { rows, length, inputIds, attentionMask } of bucketTexts(texts, 77, padId, 1024)) {
      const shape = [rows.length, length];
      const ids = { dtype: 'int64', shape, data: inputIds } as const;
      const mask = { dtype: 'int64', shape, data: attentionMask } as const;
      const feeds: Tensors = tower.inputNames.has('attention_mask')
        ? { input_ids: ids, attention_mask: mask }
        : { input_ids: ids };
      const found = await tower.run(feeds, rows.length);
      for (const [i, text] of rows.entries()) vectors.set(row(found, i), text * DIMENSION);
    }
    l2NormalizeRows(vectors, DIMENSION);
    return vectors;
  }

  it('gives the reference embeddings of the hard texts, cut to their length', async () => {
    const texts = hardTexts();
    const vectors = await embed(
      texts.map(({ ids }) => ids),
      EOS,
    );
    for (const [i, { id }] of texts.entries()) {
      expect(largestDifference(row(vectors, i), row(textGoldens, id))).toBeLessThan(TOLERANCE);
    }
  });

  it('gives the same embedding cut to its length as padded to the whole context', async () => {
    const short = hardTexts().filter(({ ids }) => ids.length <= 24);
    const cut = await embed(
      short.map(({ ids }) => ids),
      EOS,
    );
    const padded = await embed(
      short.map(({ ids }) => [...ids, ...Array<number>(77 - ids.length).fill(EOS)]),
      EOS,
    );
    expect(largestDifference(cut, padded)).toBeLessThan(1e-6);
  });
});

describe.skipIf(!hasReference)(`the tiny CLIP with CLIP's tokenizer${needsReference}`, () => {
  let folder: string;
  let encoder: Encoder;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'clipwright-tiny-'));
    await cp(TINY_CLIP, folder, { recursive: true });
    for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
      await cp(path.join(CLIP_REFERENCE, 'tokenizer', name), path.join(folder, name));
    }
    encoder = new Encoder(await describeEncoder(folder), 1);
  });
  afterAll(async () => {
    await encoder.close();
    await rm(folder, { recursive: true });
  });

  it('gives the reference embeddings of every text that Hugging Face tokenises as OpenAI does', async () => {
    const texts = referenceTexts().filter(({ hf_ids }) => hf_ids === undefined);
    expect(texts.length).toBe(357);
    const vectors = await encoder.embedTexts(texts.map(({ text }) => text));
    for (const [i, { id }] of texts.entries()) {
      expect(largestDifference(row(vectors, i), row(textGoldens, id))).toBeLessThan(TOLERANCE);
    }
  });

  it('gives the reference embeddings of the photos', async () => {
    const { root, images } = referenceImages();
    const photos = images.filter(({ variants }) => variants === undefined);
    expect(photos.length).toBeGreaterThanOrEqual(16);
    for (const image of photos) {
      const vector = await encoder.embedImages(await goldenLevels(root, image), 1);
      const golden = row(imageGoldens, imageOrder.indexOf(image.name));
      expect(largestDifference(vector, golden), image.name).toBeLessThan(TOLERANCE);
    }
  });
});

describe('models that are not what the layout promises', () => {
  it.each([
    [
      'another input',
      { inputs: ['pixels'], optionalInputs: [], outputs: ['image_embeds'] },
      32,
      'ENCODER_UNSUPPORTED',
    ],
    [
      'another output',
      { inputs: ['pixel_values'], optionalInputs: [], outputs: ['pooled'] },
      32,
      'ENCODER_UNSUPPORTED',
    ],
    [
      'another dimension',
      { inputs: ['pixel_values'], optionalInputs: [], outputs: ['image_embeds'] },
      64,
      'ENCODER_FILE_INVALID',
    ],
  ])('are refused: %s', async (_, expected, dimension, code) => {
    const file = path.join(TINY_CLIP, 'onnx/vision_model.onnx');
    await expect(
      Tower.open(file, 'vision', expected, dimension, { threads: 1 }),
    ).rejects.toMatchObject({
      code,
    });
  });

  it('are refused where they are no ONNX at all', async () => {
    const file = path.join(CLIP_FIXTURES, 'normalize-lut.npy');
    const expected = { inputs: [], optionalInputs: [], outputs: ['x'] };
    await expect(Tower.open(file, 'vision', expected, 1, { threads: 1 })).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('vision cannot be loaded'),
    });
  });
});

describe('clip-mini', () => {
  let encoder: Encoder;
  let dimension: number;
  let size: number;
  beforeAll(async () => {
    const description = await describeEncoder(CLIP_MINI);
    dimension = description.dimension;
    size = description.image.geometry.crop.width;
    encoder = new Encoder(description, 1);
  });
  afterAll(() => encoder.close());

  it('embeds a text the same in any batch, bit for bit', async () => {
    const texts = ['a dog', 'two dogs on a beach beside a red umbrella and a boat', 'a dog', ''];
    const together = await encoder.embedTexts(texts);
    for (const [i, text] of texts.entries()) {
      expect(await encoder.embedTexts([text])).toEqual(row(together, i, dimension));
    }
    const [norm] = [Math.hypot(...row(together, 1, dimension))];
    expect(norm).toBeCloseTo(1, 5);
  });

  it('embeds an image the same in any batch, bit for bit', async () => {
    const levels = Uint8Array.from({ length: 3 * size * size * 3 }, (_, i) => (i * 31) % 256);
    const together = await encoder.embedImages(levels, 3);
    const one = levels.subarray(size * size * 3, 2 * size * size * 3);
    expect(await encoder.embedImages(one, 1)).toEqual(row(together, 1, dimension));
  });

  it('gives the tokens and embeddings of the PyTorch model that it was exported from', async () => {
    const folder = path.join(import.meta.dirname, '../../fixtures/clip-mini');
    const reference = JSON.parse(await readFile(path.join(folder, 'reference.json'), 'utf8')) as {
      texts: { text: string }[];
      textEmbeds: string;
      images: string[];
      imageEmbeds: string;
    };
    const { image } = await describeEncoder(CLIP_MINI);
    const cache = new ResampleWeightsCache();
    const levels = await Promise.all(
      reference.images.map(async (name) => {
        const bytes = await readFile(path.join(folder, name));
        const raster = await decodeImage(bytes, await readImageHeader(bytes));
        return preprocessImage(raster, image.geometry, cache);
      }),
    );
    const images = await encoder.embedImages(Buffer.concat(levels), levels.length);
    expect(largestDifference(images, floats(reference.imageEmbeds))).toBeLessThan(1e-4);
    const texts = await encoder.embedTexts(reference.texts.map(({ text }) => text));
    expect(largestDifference(texts, floats(reference.textEmbeds))).toBeLessThan(1e-4);
  });
});

function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
