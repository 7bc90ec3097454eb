import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClipwrightError } from '../../../../src/errors/clipwright-error.js';
import type { ImageGeometry } from '../../../../src/ml/image/image-preprocessing.js';
import { ImageProcess } from '../../../../src/ml/processes/image-process.js';
import { CLIP_FIXTURES, fixtureImages } from '../../../support/clip/fixtures.js';

const geometry: ImageGeometry = {
  resize: { kind: 'shortest', edge: 32 },
  crop: { width: 32, height: 32 },
  cropRounding: 'floor',
  filter: 'bicubic',
};
const GREY = path.join(CLIP_FIXTURES, 'images/syn-gray.jpg');

let images: ImageProcess;
let folder: string;
beforeAll(async () => {
  images = new ImageProcess({ threads: 2 });
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-images-'));
});
afterAll(async () => {
  await images.close();
  await rm(folder, { recursive: true });
});

describe('the image process', () => {
  it('gives levels, header and thumbnail, from a path and from bytes alike', async () => {
    for (const source of [{ path: GREY }, { bytes: readFileSync(GREY) }]) {
      expect(await images.inspect(source)).toEqual({ format: 'jpeg', width: 301, height: 233 });
      expect(await images.pixels(source, geometry)).toHaveLength(32 * 32 * 3);
      const { format, width } = await sharp(await images.thumbnail(source, 96)).metadata();
      expect([format, width]).toEqual(['webp', 96]);
    }
  });

  it('loses no request when it is killed', async () => {
    const expected = await images.pixels({ path: GREY }, geometry);
    const answers = Array.from({ length: 40 }, () => images.pixels({ path: GREY }, geometry));
    await answers[0];
    for (const pid of images.pids) process.kill(pid, 'SIGKILL');
    for (const answer of answers) expect(await answer).toEqual(expected);
  });
});

describe('what is no image', () => {
  it.each([
    ['a missing file', 'none.jpg', 'IMAGE_MISSING'],
    ['a folder', '.', 'IMAGE_MISSING'],
    ['a named pipe', 'pipe', 'IMAGE_MISSING'],
    ['a file of 21 MiB', 'large', 'IMAGE_TOO_LARGE'],
    ['an empty file', 'empty', 'IMAGE_FORMAT_UNSUPPORTED'],
  ])('%s is refused for what it is', async (_, name, code) => {
    await mkdir(folder, { recursive: true });
    if (name === 'pipe') execFileSync('mkfifo', [path.join(folder, name)]);
    if (name === 'empty') await writeFile(path.join(folder, name), '');
    if (name === 'large') {
      const file = await open(path.join(folder, name), 'w');
      await file.truncate(21 * 1024 * 1024);
      await file.close();
    }
    await expect(images.inspect({ path: path.join(folder, name) })).rejects.toMatchObject({ code });
  });

  it('bytes beyond 20 MiB are refused', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024 + 1);
    await expect(images.inspect({ bytes })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});

describe('hostile images', () => {
  it('a PNG that lies about its size is refused', async () => {
    const bytes = Buffer.from(readFileSync(path.join(CLIP_FIXTURES, 'images/syn-1x1.png')));
    bytes.writeUInt32BE(7_000, 16);
    bytes.writeUInt32BE(7_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    await expect(images.inspect({ bytes })).rejects.toMatchObject({ code: 'IMAGE_UNDECODABLE' });
    await expect(images.pixels({ bytes }, geometry)).rejects.toMatchObject({
      code: 'IMAGE_UNDECODABLE',
    });
  });

  it('a truncated file of any format is refused or read, never more', async () => {
    await expectTyped(
      (await samples()).flatMap((bytes) =>
        [0.05, 0.3, 0.6, 0.9, 0.99].map((part) =>
          bytes.subarray(0, Math.trunc(bytes.length * part)),
        ),
      ),
    );
  });

  it('a file with flipped bits is refused or read, never more', async () => {
    let state = 20_260_101;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.trunc((state / 2 ** 32) * below);
    };
    const flipped = (await samples()).flatMap((bytes) =>
      Array.from({ length: 6 }, () => {
        const copy = Uint8Array.from(bytes);
        for (let n = 0; n < 12; n += 1) copy[random(copy.length)]! ^= 1 << random(8);
        return copy;
      }),
    );
    await expectTyped(flipped);
  });

  it('most of the truncated ones are refused', async () => {
    const halves = (await samples()).map((bytes) => bytes.subarray(0, bytes.length >> 1));
    const results = await Promise.allSettled(halves.map((bytes) => images.inspect({ bytes })));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length / results.length).toBeGreaterThan(0.9);
  });
});

async function samples(): Promise<Uint8Array[]> {
  const picture = sharp(path.join(CLIP_FIXTURES, 'images/syn-rgba.png')).resize(90, 70);
  const formats = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
  const made = formats.map((format) => picture.clone().toFormat(format).toBuffer());
  const { root, images: goldens } = fixtureImages();
  const small = goldens.filter(({ file }) => !/rgb16|rgba|1x1/.test(file));
  return [
    ...(await Promise.all(made)),
    ...small.map(({ file }) => readFileSync(path.join(root, file))),
  ];
}

/** Every one ends in a result or an error that says what is wrong with the image, and the next image is read as ever. */
async function expectTyped(files: readonly Uint8Array[]): Promise<void> {
  const results = await Promise.allSettled(
    files.map((bytes) => images.pixels({ bytes }, geometry)),
  );
  for (const result of results) {
    if (result.status === 'fulfilled') expect(result.value).toHaveLength(32 * 32 * 3);
    else {
      expect(result.reason).toBeInstanceOf(ClipwrightError);
      expect((result.reason as ClipwrightError).code).toMatch(/^IMAGE_/);
    }
  }
  expect(await images.inspect({ path: GREY })).toMatchObject({ format: 'jpeg' });
}
