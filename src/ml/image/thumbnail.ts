import { decodingFailure } from './decoding-failure.js';
import { openPipeline } from './sharp-setup.js';
import type { ThumbnailSize } from './thumbnail-size.js';

/** WebP bytes; never larger than the image itself, turned upright, in sRGB by the image's own profile. */
export async function makeThumbnail(bytes: Uint8Array, size: ThumbnailSize): Promise<Uint8Array> {
  try {
    return await openPipeline(bytes)
      .autoOrient()
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 80, effort: 2 })
      .toBuffer();
  } catch (error) {
    throw decodingFailure(error);
  }
}
