import { expect, it } from 'vitest';
import { ClipwrightError } from '../../../../src/errors/clipwright-error.js';
import type { EmbedItem } from '../../../../src/ml/clip/embed-chunk.js';
import { embedAll } from '../../../../src/ml/clip/embed-pipeline.js';
import type { EmbeddingRunner, PixelSource } from '../../../../src/ml/clip/embed-ports.js';
import type { EncoderDescription } from '../../../../src/ml/clip/encoder-description.js';

const encoder: EncoderDescription = {
  directory: '/nowhere',
  family: 'CLIP',
  precision: 'FP32',
  towers: { vision: 'v', text: 't' },
  revision: 'r',
  preprocessingHash: 'p',
  dimension: 2,
  tokenShapes: {},
  sizeBytes: 0,
  image: {
    geometry: {
      resize: { kind: 'exact', width: 1, height: 1 },
      crop: { width: 1, height: 1 },
      cropRounding: 'floor',
      filter: 'bicubic',
    },
    normalization: { rescaleFactor: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  },
  text: { contextLength: 77 },
};

/** An image's path is a number; its embedding is [number, 1], a text's [length, 2]. */
class FakeEncoder implements PixelSource, EmbeddingRunner {
  readonly processes = 1;
  underWay = 0;
  most = 0;

  async pixels(source: Parameters<PixelSource['pixels']>[0]): Promise<Uint8Array> {
    const value = Number('path' in source ? source.path : Number.NaN);
    if (Number.isNaN(value)) throw new ClipwrightError('IMAGE_UNDECODABLE', 'no image');
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    return Uint8Array.of(value, 0, 0);
  }

  async embedImages(
    _: EncoderDescription,
    levels: Uint8Array,
    count: number,
  ): Promise<Float32Array> {
    this.underWay -= count;
    return Float32Array.from({ length: count * 2 }, (_, i) => (i % 2 ? 1 : levels[(i / 2) * 3]!));
  }

  async embedTexts(_: EncoderDescription, texts: readonly string[]): Promise<Float32Array> {
    return Float32Array.from(texts.flatMap((text) => [text.length, 2]));
  }
}

function run(items: Iterable<EmbedItem>, options: { signal?: AbortSignal } = {}) {
  const fake = new FakeEncoder();
  const chunks = embedAll(items, { encoder, images: fake, runner: fake, chunkSize: 3, ...options });
  return { fake, chunks };
}

const image = (value: number | string): EmbedItem => ({ image: { path: String(value) } });

it('gives the rows of images and texts in the order of the items', async () => {
  const items = [
    image(5),
    { text: 'ab' },
    image(6),
    image(7),
    { text: 'c' },
    { text: '' },
    image(8),
  ];
  const rows: number[][] = [];
  const starts: number[] = [];
  for await (const chunk of run(items).chunks) {
    starts.push(chunk.start);
    rows.push(...chunk.rows.map((row) => [...row]));
  }
  expect(starts).toEqual([0, 4]);
  expect(rows).toEqual([
    [5, 1],
    [2, 2],
    [6, 1],
    [7, 1],
    [1, 2],
    [0, 2],
    [8, 1],
  ]);
});

it('names an image that cannot be decoded, and embeds its neighbours', async () => {
  const { chunks } = run([image(1), image('broken'), image(3)]);
  const { value } = await chunks.next();
  expect(value).toMatchObject({
    count: 3,
    rows: [Float32Array.of(1, 1), new Float32Array(0), Float32Array.of(3, 1)],
  });
  expect([...(value?.failures ?? [])]).toMatchObject([[1, { code: 'IMAGE_UNDECODABLE' }]]);
});

it('holds a few chunks, however long the input is and however slow its reader', async () => {
  const { fake, chunks } = run(Array.from({ length: 300 }, (_, i) => image(i % 200)));
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.count;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(count).toBe(300);
  expect(fake.most).toBeLessThanOrEqual(4 * 3);
});

it('ends with the reason of an abort', async () => {
  const controller = new AbortController();
  const { chunks } = run(
    Array.from({ length: 300 }, () => image(1)),
    { signal: controller.signal },
  );
  await chunks.next();
  controller.abort(new Error('enough'));
  const rest = async () => {
    for await (const _ of chunks);
  };
  await expect(rest()).rejects.toThrow('enough');
});

it('aborts what is under way when its reader stops', async () => {
  let signal: AbortSignal | undefined;
  const fake = new FakeEncoder();
  const images: PixelSource = {
    pixels: (source, _, options) => {
      signal = options?.signal;
      return fake.pixels(source);
    },
  };
  const chunks = embedAll([image(1), image(2), image(3), image(4)], {
    encoder,
    images,
    runner: fake,
    chunkSize: 1,
  });
  for await (const chunk of chunks) {
    expect(chunk.start).toBe(0);
    break;
  }
  expect(signal?.aborted).toBe(true);
});

it('fails when inference fails, with the error itself', async () => {
  const fake = new FakeEncoder();
  fake.embedImages = () => Promise.reject(new ClipwrightError('PROCESS_DIED', 'gone'));
  const chunks = embedAll([image(1)], { encoder, images: fake, runner: fake });
  await expect(chunks.next()).rejects.toMatchObject({ code: 'PROCESS_DIED' });
});
