import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { Encoder } from '../../../src/ml/clip/encoder.js';
import { decodeImage } from '../../../src/ml/image/decode-image.js';
import { readImageHeader } from '../../../src/ml/image/image-header.js';
import { preprocessImage } from '../../../src/ml/image/preprocess-image.js';
import { ResampleWeightsCache } from '../../../src/ml/image/resample-weights.js';
import { shrunkSize } from '../../../src/ml/image/shrink-on-load.js';

const description = await describeEncoder('models/clip-mini');
const encoder = new Encoder(description, 1);
afterAll(() => encoder.close());

/** Coloured discs of all sizes over a fine grain: edges in every direction, and detail that a reduction must average. */
function drawnJpeg(width: number, height: number, orientation: number): Promise<Buffer> {
  const levels = Buffer.alloc(width * height * 3);
  const share = (i: number, k: number) => ((i + 1) * k * 0.618034) % 1;
  for (let at = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.trunc(at / width)];
    const grain = 24 * Math.sin(x * 1.3) * Math.sin(y * 1.7);
    levels.fill(120 + grain, at * 3, at * 3 + 3);
  }
  for (let disc = 0; disc < 40; disc += 1) {
    const [centreX, centreY] = [share(disc, 1) * width, share(disc, 7) * height];
    const radius = (0.02 + 0.15 * share(disc, 11)) * height;
    for (
      let y = Math.max(0, Math.ceil(centreY - radius));
      y < Math.min(height, centreY + radius);
      y += 1
    ) {
      const half = Math.sqrt(radius ** 2 - (y - centreY) ** 2);
      for (
        let x = Math.max(0, Math.ceil(centreX - half));
        x < Math.min(width, centreX + half);
        x += 1
      ) {
        const at = (y * width + x) * 3;
        for (let channel = 0; channel < 3; channel += 1) {
          levels[at + channel] = levels[at + channel]! / 4 + 190 * share(disc, 3 + channel);
        }
      }
    }
  }
  return sharp(levels, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg({ quality: 92 })
    .toBuffer();
}

it.each([
  [965, 723, 1, 3, 'bicubic'],
  [1_607, 1_201, 6, 5, 'bicubic'],
  [2_887, 2_161, 8, 9, 'bicubic'],
  [965, 723, 1, 3, 'bilinear'],
  [2_887, 2_161, 8, 9, 'bilinear'],
] as const)(
  'a JPEG of %i x %i, orientation %i, reduced %i times while it is decoded and then %s, gives an embedding of cosine 0.999 at least',
  async (width, height, orientation, times, filter) => {
    const jpeg = await drawnJpeg(width, height, orientation);
    const header = await readImageHeader(jpeg);
    const geometry = { ...description.image.geometry, filter };
    const size = shrunkSize(header, geometry)!;
    expect(size.width).toBe(Math.floor(header.width / times));
    const cache = new ResampleWeightsCache();
    const whole = preprocessImage(await decodeImage(jpeg, header), geometry, cache);
    const raster = await decodeImage(jpeg, header, size);
    expect(raster).toMatchObject(size);
    const reduced = preprocessImage(raster, geometry, cache, header);
    const [a, b] = [await encoder.embedImages(whole, 1), await encoder.embedImages(reduced, 1)];
    const cosine = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(cosine).toBeGreaterThan(0.999);
  },
);
