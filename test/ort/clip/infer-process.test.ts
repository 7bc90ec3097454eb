import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { embedAll } from '../../../src/ml/clip/embed-pipeline.js';
import { EncoderClient } from '../../../src/ml/clip/encoder-client.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { ImageProcess } from '../../../src/ml/processes/image-process.js';
import { InferProcess } from '../../../src/ml/processes/infer-process.js';
import { CLIP_FIXTURES, fixtureImages, readNpy, TINY_CLIP } from '../../support/clip/fixtures.js';

let images: ImageProcess;
let runner: InferProcess;
let encoder: EncoderDescription;
beforeAll(async () => {
  images = new ImageProcess({ threads: 2 });
  runner = new InferProcess({ processes: 2, threads: 1 });
  // OpenAI's rounding, as that is what the reference embeddings were made with.
  encoder = await describeEncoder(TINY_CLIP, { cropRounding: 'half-even' });
});
afterAll(async () => {
  await Promise.all([images.close(), runner.close()]);
});

const photo = (file: string) => ({ path: path.join(CLIP_FIXTURES, file) });

describe('from files to embeddings, through the processes', () => {
  it('gives the reference embeddings', async () => {
    const goldens = readNpy(path.join(TINY_CLIP, 'image_embeds_normalized.npy'));
    const index = JSON.parse(readFileSync(path.join(TINY_CLIP, 'embeds-index.json'), 'utf8')) as {
      images: string[];
    };
    // Those with variants are pre-processed otherwise than OpenAI does, on purpose.
    const files = fixtureImages().images.filter(({ variants }) => variants === undefined);
    const items = files.map(({ file }) => ({ image: photo(file) }));
    let seen = 0;
    for await (const chunk of embedAll(items, { encoder, images, runner, chunkSize: 2 })) {
      expect(chunk.failures.size).toBe(0);
      for (let i = 0; i < chunk.count; i += 1) {
        const golden = index.images.indexOf(files[chunk.start + i]!.name) * 32;
        for (let d = 0; d < 32; d += 1) {
          expect(chunk.rows[i]![d]).toBeCloseTo(goldens[golden + d]!, 5);
        }
        seen += 1;
      }
    }
    expect(seen).toBe(files.length);
    expect(seen).toBeGreaterThanOrEqual(5);
  });

  it('gives the same bytes when a child is killed in the middle', async () => {
    const items = Array.from({ length: 60 }, (_, i) =>
      i % 3 ? { text: `number ${i}` } : { image: photo('images/syn-gray.jpg') },
    );
    const undisturbed = await collect(items);
    let killed = 0;
    const disturbed = await collect(items, () => {
      const [pid] = runner.pids;
      // Once: the pool repeats a request once, and chunks may come so fast that a second kill hits the same one.
      if (killed === 0 && pid !== undefined) {
        killed += 1;
        process.kill(pid, 'SIGKILL');
      }
    });
    expect(killed).toBe(1);
    expect(disturbed).toEqual(undisturbed);
  });

  it('is not disturbed when the folder of another encoder with the same files goes', async () => {
    const own = new InferProcess({ processes: 1, threads: 1 });
    const folder = path.join(await mkdtemp(path.join(tmpdir(), 'clipwright-twin-')), 'tiny');
    try {
      await cp(TINY_CLIP, folder, { recursive: true });
      const twin = await describeEncoder(folder, { cropRounding: 'half-even' });
      // Its tower of texts alone is opened.
      await embedAll([{ text: 'a text' }], { encoder: twin, images, runner: own }).next();
      await rm(folder, { recursive: true });
      const items = [{ image: photo('images/syn-gray.jpg') }];
      const { value } = await embedAll(items, { encoder, images, runner: own }).next();
      expect(value!.failures.size).toBe(0);
    } finally {
      await own.close();
      await rm(path.dirname(folder), { recursive: true, force: true });
    }
  });

  it('names what it could not decode and embeds the rest', async () => {
    const items = [
      { image: photo('images/syn-1x1.png') },
      { image: photo('README.md') },
      { text: 'a text' },
    ];
    const { value } = await embedAll(items, { encoder, images, runner }).next();
    expect([...(value?.failures ?? [])]).toMatchObject([[1, { code: 'IMAGE_FORMAT_UNSUPPORTED' }]]);
    expect(value?.rows.map(({ length }) => length)).toEqual([32, 0, 32]);
  });

  async function collect(
    items: Parameters<typeof embedAll>[0],
    onChunk = () => {},
  ): Promise<Float32Array> {
    const vectors: number[] = [];
    for await (const chunk of embedAll(items, { encoder, images, runner, chunkSize: 8 })) {
      onChunk();
      for (const row of chunk.rows) vectors.push(...row);
    }
    return Float32Array.from(vectors);
  }
});

describe('single requests', () => {
  it('that come together give what they give alone', async () => {
    const client = new EncoderClient({ encoder, images, runner, maxBatch: 4 });
    const texts = ['a', 'two words', 'a', 'and a somewhat longer text than those', '', 'last'];
    const together = await Promise.all(texts.map((text) => client.embedText(text)));
    for (const [i, text] of texts.entries()) {
      expect(await client.embedText(text)).toEqual(together[i]);
    }
    const source = { bytes: readFileSync(photo('images/syn-gray.jpg').path) };
    const pair = await Promise.all([client.embedImage(source), client.embedImage(source)]);
    expect(pair[0]).toEqual(pair[1]);
    expect(Math.hypot(...pair[0])).toBeCloseTo(1, 5);
  });

  it('of an image that is none reject alone', async () => {
    const client = new EncoderClient({ encoder, images, runner });
    const [bad, good] = await Promise.allSettled([
      client.embedImage({ bytes: Buffer.from('no image') }),
      client.embedImage(photo('images/syn-1x1.png')),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'IMAGE_FORMAT_UNSUPPORTED' } });
    expect(good.status).toBe('fulfilled');
  });
});

it('any ONNX file runs by its inputs and outputs', async () => {
  const inputIds = {
    dtype: 'int64',
    shape: [1, 3],
    data: BigInt64Array.of(49406n, 5n, 49407n),
  } as const;
  const file = path.join(TINY_CLIP, 'onnx/text_model_ids_only.onnx');
  const outputs = await runner.runHead(file, { input_ids: inputIds });
  expect(outputs.text_embeds).toMatchObject({ dtype: 'float32', shape: [1, 32] });
});

it('a model that is not there is an error of this request only', async () => {
  await expect(runner.runHead('/nowhere/head.onnx', {})).rejects.toThrow();
  const broken = { ...encoder, revision: 'other', directory: '/nowhere' };
  await expect(runner.embedTexts(broken, ['a'])).rejects.toMatchObject({
    code: 'ENCODER_FILE_MISSING',
  });
  expect(await runner.embedTexts(encoder, ['a'])).toHaveLength(32);
});
