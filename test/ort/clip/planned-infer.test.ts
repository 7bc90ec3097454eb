import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { ImageProcess } from '../../../src/ml/processes/image-process.js';
import { measureEmbedding } from '../../../src/ml/processes/measure-embedding.js';
import { PlannedInfer } from '../../../src/ml/processes/planned-infer.js';
import { fixtureImages, TINY_CLIP } from '../../support/clip/fixtures.js';

let small: EncoderDescription;
let large: EncoderDescription;
beforeAll(async () => {
  small = await describeEncoder(TINY_CLIP);
  // As far as a plan is concerned.
  large = { ...small, revision: 'f'.repeat(64), sizeBytes: 2 ** 30 };
});

const runners: PlannedInfer[] = [];
afterAll(() => Promise.all(runners.map((runner) => runner.close())));

function open(options: { threads: number; mostProcesses?: number }): PlannedInfer {
  const runner = new PlannedInfer(options);
  runners.push(runner);
  return runner;
}

const busy = (runner: PlannedInfer, encoder: EncoderDescription) =>
  Promise.all(Array.from({ length: 8 }, (_, i) => runner.embedTexts(encoder, [`text ${i}`])));

it('runs a large encoder in one process, also when small ones came before it, with the same vectors', async () => {
  const runner = open({ threads: 2 });
  expect(runner.processes).toBe(2);
  const vectors = await busy(runner, small);
  const before = runner.pids;
  expect(before).toHaveLength(2);
  const others = await busy(runner, large);
  expect(runner.pids.filter((pid) => !before.includes(pid))).toHaveLength(1);
  others.forEach((vector, i) => {
    vector.forEach((value, j) => {
      expect(value).toBeCloseTo(vectors[i]![j]!, 5);
    });
  });
});

it('starts no more processes than it may', async () => {
  const runner = open({ threads: 2, mostProcesses: 1 });
  expect(runner.processes).toBe(1);
  await busy(runner, small);
  expect(runner.pids).toHaveLength(1);
});

it('gives the same bytes for images by every plan that may be chosen', async () => {
  const { width, height } = small.image.geometry.crop;
  const size = width * height * 3;
  const count = 48; // a multiple of every batch
  const levels = Uint8Array.from({ length: count * size }, (_, i) => (i * 7919) % 251);
  const runner = open({ threads: 2 });
  const found: Buffer[] = [];
  for (const plan of runner.candidates(small)) {
    runner.use(small, plan);
    const parts: Promise<Float32Array>[] = [];
    for (let from = 0; from < count; from += plan.batch) {
      const part = levels.slice(from * size, (from + plan.batch) * size);
      parts.push(runner.embedImages(small, part, plan.batch));
    }
    const vectors = await Promise.all(parts);
    found.push(
      Buffer.concat(
        vectors.map(({ buffer, byteOffset, byteLength }) =>
          Buffer.from(buffer, byteOffset, byteLength),
        ),
      ),
    );
  }
  expect(found).toHaveLength(6);
  for (const bytes of found) expect(bytes.equals(found[0]!)).toBe(true);
});

// On a machine that is too busy nothing is measured, as documented: then again.
it('measures the plans of a small encoder', { retry: 3 }, async () => {
  const runner = open({ threads: 2 });
  const plans = runner.candidates(small);
  const { root, images: files } = fixtureImages();
  const photo = { path: path.join(root, files[0]!.file) };
  const images = new ImageProcess({ threads: 2 });
  try {
    const measured = await measureEmbedding(
      small,
      plans,
      { images, photos: [photo, { path: 'missing.jpg' }] },
      new AbortController().signal,
    );
    expect(plans).toContainEqual(measured!.plan);
    expect(measured!.imagesPerSecond).toBeGreaterThan(0);
  } finally {
    await images.close();
  }
});
