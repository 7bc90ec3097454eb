import type { ImageGeometry } from '../image/image-preprocessing.js';
import type { ImageSource } from '../image/image-source.js';
import type { EncoderDescription } from './encoder-description.js';

interface Options {
  readonly signal?: AbortSignal;
  /** Higher goes first. */
  readonly priority?: number;
}

/** Where images are decoded and resampled; ImageProcess is one. */
export interface PixelSource {
  pixels(source: ImageSource, geometry: ImageGeometry, options?: Options): Promise<Uint8Array>;
}

/** Where models run; InferProcess is one. */
export interface EmbeddingRunner {
  readonly processes: number;
  embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options?: Options,
  ): Promise<Float32Array>;
  embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options?: Options,
  ): Promise<Float32Array>;
}
