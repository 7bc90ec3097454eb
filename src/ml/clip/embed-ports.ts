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

export interface EmbedOptions extends Options {
  /** Hears why the CPU computed this in place of the device that was to. */
  readonly onFallback?: (warning: string) => void;
}

/** Where models run; InferProcess is one. */
export interface EmbeddingRunner {
  readonly processes: number;
  embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options?: EmbedOptions,
  ): Promise<Float32Array>;
  embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options?: EmbedOptions,
  ): Promise<Float32Array>;
}
