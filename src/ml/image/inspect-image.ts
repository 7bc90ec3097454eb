import { decodingFailure } from './decoding-failure.js';
import type { ImageFormat } from './image-format.js';
import type { ImageHeader } from './image-header.js';
import { openPipeline } from './sharp-setup.js';

export interface ImageInfo {
  readonly format: ImageFormat;
  /** After EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/** Decodes the whole image, so that what is imported can later be embedded; throws why it cannot. */
export async function inspectImage(bytes: Uint8Array, header: ImageHeader): Promise<ImageInfo> {
  try {
    await openPipeline(bytes, { ignoreIcc: true }).raw().toBuffer();
  } catch (error) {
    throw decodingFailure(error);
  }
  const { format, width, height } = header;
  return { format, width, height };
}
