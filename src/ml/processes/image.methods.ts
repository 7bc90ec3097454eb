import type { ImageGeometry } from '../image/image-preprocessing.js';
import type { ImageSource } from '../image/image-source.js';
import type { ImageInfo } from '../image/inspect-image.js';
import type { ThumbnailSize } from '../image/thumbnail-size.js';
import type { SerializedError } from './process-protocol.js';

export type ImageMethods = {
  inspect: { payload: { source: ImageSource }; result: ImageInfo };
  pixels: { payload: PixelsPayload; result: PixelsResult };
  /** WebP bytes. */
  thumbnail: { payload: { source: ImageSource; size: ThumbnailSize }; result: Uint8Array };
};

export interface PixelsPayload {
  readonly sources: readonly ImageSource[];
  readonly geometry: ImageGeometry;
}

export interface PixelsResult {
  /** RGB levels `[sources.length, crop.height, crop.width, 3]`; zeros where there is an error. */
  readonly levels: Uint8Array;
  /** By position among the sources. */
  readonly errors: ReadonlyMap<number, SerializedError>;
}
