import { cmykToRgb } from './cmyk.js';
import { decodingFailure } from './decoding-failure.js';
import type { ImageHeader } from './image-header.js';
import type { Raster } from './resample.js';
import { openPipeline, type Sharp } from './sharp-setup.js';

/**
 * An image as Pillow's `ImageOps.exif_transpose(image).convert('RGB')` gives it: no colour management, alpha dropped, the
 * high byte of 16-bit levels (of grey too, where Pillow itself clips). Grey stays one channel; resampling three equal ones
 * gives the same levels.
 * @param shrunk the size that it is reduced to meanwhile: by libjpeg as far as it can, by libvips' Lanczos for the rest
 */
export async function decodeImage(
  bytes: Uint8Array,
  header: ImageHeader,
  shrunk: { readonly width: number; readonly height: number } | null = null,
): Promise<Raster> {
  try {
    return header.isCmyk ? await decodeCmyk(bytes) : await decodeRgb(bytes, shrunk);
  } catch (error) {
    throw decodingFailure(error);
  }
}

async function decodeRgb(
  bytes: Uint8Array,
  shrunk: { readonly width: number; readonly height: number } | null,
): Promise<Raster> {
  const pipeline = openPipeline(bytes, { ignoreIcc: true })
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha();
  if (shrunk) pipeline.resize(shrunk.width, shrunk.height, { fit: 'fill', kernel: 'lanczos3' });
  const { data, width, height, channels } = await readLevels(pipeline);
  if (channels !== 1 && channels !== 3) {
    throw new Error(`decoded to ${channels} channels`);
  }
  return { data, width, height, channels };
}

async function decodeCmyk(bytes: Uint8Array): Promise<Raster> {
  const pipeline = openPipeline(bytes, { ignoreIcc: true })
    .autoOrient()
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk');
  const { data, width, height, channels } = await readLevels(pipeline);
  if (channels !== 4) throw new Error(`decoded to ${channels} channels instead of CMYK`);
  return { data: cmykToRgb(data), width, height, channels: 3 };
}

async function readLevels(pipeline: Sharp) {
  const { data, info } = await pipeline
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as number };
}
