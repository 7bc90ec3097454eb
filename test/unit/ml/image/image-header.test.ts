import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src/ml/image/decode-image.js';
import { sniffImageFormat } from '../../../../src/ml/image/image-format.js';
import { readImageHeader } from '../../../../src/ml/image/image-header.js';
import { inspectImage } from '../../../../src/ml/image/inspect-image.js';
import { makeThumbnail } from '../../../../src/ml/image/thumbnail.js';
import { thumbnailSize } from '../../../../src/ml/image/thumbnail-size.js';
import { CLIP_FIXTURES } from '../../../support/clip/fixtures.js';

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;

function picture(width = 40, height = 30) {
  const background = { r: 200, g: 40, b: 90 };
  return sharp({ create: { width, height, channels: 3, background } });
}

async function inspect(bytes: Uint8Array) {
  return inspectImage(bytes, await readImageHeader(bytes));
}

describe('the formats that are read', () => {
  it.each(FORMATS)(
    '%s: recognised by content, decoded to about the right colour',
    async (format) => {
      const bytes = await picture().toFormat(format).toBuffer();
      expect(sniffImageFormat(bytes)).toBe(format);
      expect(await inspect(bytes)).toEqual({ format, width: 40, height: 30 });
      const { data, channels } = await decodeImage(bytes, await readImageHeader(bytes));
      expect(channels).toBe(3);
      for (const [i, level] of [200, 40, 90].entries()) {
        expect(Math.abs(data[i]! - level)).toBeLessThanOrEqual(6);
      }
    },
  );

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 255), Buffer.alloc(8 * 8 * 3, 0)]);
    const raw = { width: 8, height: 16, channels: 3 as const, pageHeight: 8 };
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await sharp(frames, { raw }).toFormat(format, { lossless: true }).toBuffer();
      expect(await inspect(bytes)).toEqual({ format, width: 8, height: 8 });
      const { data } = await decodeImage(bytes, await readImageHeader(bytes));
      expect(data.length).toBe(8 * 8 * 3);
      expect(data[0]).toBe(255);
    }
  });

  it('gives the size after orientation', async () => {
    const bytes = readFileSync(path.join(CLIP_FIXTURES, 'images/syn-exif6.jpg'));
    expect(await inspect(bytes)).toEqual({ format: 'jpeg', width: 427, height: 640 });
    const upright = await sharp(await makeThumbnail(bytes, 96)).metadata();
    expect([upright.width, upright.height]).toEqual([64, 96]);
  });
});

describe('what is refused', () => {
  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['PDF', '%PDF-1.4'],
    ['text', 'hello'],
    ['nothing', ''],
    ['BMP', 'BM\x46\0\0\0'],
  ])('%s: not on the list', async (_, content) => {
    await expect(readImageHeader(Buffer.from(content, 'latin1'))).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_UNSUPPORTED',
    });
  });

  it('a HEIC that calls itself AVIF', async () => {
    const bytes = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    expect(sniffImageFormat(bytes)).toBeNull();
  });

  it('more than 50 megapixels, by the header, before decoding', async () => {
    const bytes = Buffer.from(await picture(8, 8).png().toBuffer());
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    await expect(readImageHeader(bytes)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' });
  });
});

describe('thumbnails', () => {
  it('round a wanted size up to one of four', () => {
    expect([1, 96, 97, 400, 5000].map(thumbnailSize)).toEqual([96, 96, 192, 768, 768]);
  });

  it('never enlarge and keep the ratio', async () => {
    const small = await sharp(
      await makeThumbnail(await picture(40, 30).png().toBuffer(), 96),
    ).metadata();
    expect([small.format, small.width, small.height]).toEqual(['webp', 40, 30]);
    const large = await sharp(
      await makeThumbnail(await picture(400, 300).png().toBuffer(), 192),
    ).metadata();
    expect([large.width, large.height]).toEqual([192, 144]);
  });
});
