import { ClipwrightError } from '../../errors/clipwright-error.js';
import { decodingFailure } from './decoding-failure.js';
import { type ImageFormat, sniffImageFormat } from './image-format.js';
import { type ImageLimits, STANDARD_IMAGE_LIMITS } from './image-limits.js';
import { type Metadata, openPipeline } from './sharp-setup.js';

export interface ImageHeader {
  readonly format: ImageFormat;
  /** As stored, before any orientation is applied. */
  readonly storedWidth: number;
  readonly storedHeight: number;
  /** As a person sees it: EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly isCmyk: boolean;
}

/** Checks format and size before a pixel is decoded. */
export async function readImageHeader(
  bytes: Uint8Array,
  limits: ImageLimits = STANDARD_IMAGE_LIMITS,
): Promise<ImageHeader> {
  const format = sniffImageFormat(bytes);
  if (format === null) {
    throw new ClipwrightError(
      'IMAGE_FORMAT_UNSUPPORTED',
      'expected a JPEG, PNG, WebP, GIF, AVIF or TIFF image',
    );
  }
  // The limit is checked here, for an error of its own; the pipelines that decode keep theirs.
  const metadata = await openPipeline(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw decodingFailure(error);
    });
  if (!agrees(format, metadata)) {
    throw new ClipwrightError(
      'IMAGE_FORMAT_UNSUPPORTED',
      `the content begins like ${format.toUpperCase()} but is not a supported kind of it`,
    );
  }
  const storedWidth = metadata.width;
  const storedHeight = metadata.pageHeight ?? metadata.height;
  if (storedWidth * storedHeight > limits.pixels) {
    throw new ClipwrightError(
      'IMAGE_TOO_MANY_PIXELS',
      `expected at most ${limits.pixels} pixels but received ${storedWidth} x ${storedHeight}`,
    );
  }
  const { width, height } = metadata.autoOrient;
  return {
    format,
    storedWidth,
    storedHeight,
    width,
    height,
    isCmyk: metadata.space === 'cmyk',
  };
}

function agrees(format: ImageFormat, metadata: Metadata): boolean {
  if (format === 'avif') return metadata.format === 'heif' && metadata.compression === 'av1';
  return metadata.format === format;
}
