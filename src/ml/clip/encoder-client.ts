import type { ImageSource } from '../image/image-source.js';
import type { EmbeddingRunner, PixelSource } from './embed-ports.js';
import type { EncoderDescription } from './encoder-description.js';
import { MicroBatcher } from './micro-batcher.js';

export interface EncoderClientOptions {
  readonly encoder: EncoderDescription;
  readonly images: PixelSource;
  readonly runner: EmbeddingRunner;
  /** Requests that share a run at most. Default 16. */
  readonly maxBatch?: number;
}

/** Before the batches of embedding jobs. */
const PRIORITY = 10;

/**
 * Embeds single texts and images for somebody who waits. Concurrent requests share runs of the model. It owns no process;
 * there is nothing to close.
 */
export class EncoderClient {
  readonly encoder: EncoderDescription;
  readonly #images: PixelSource;
  readonly #imageBatches: MicroBatcher<Uint8Array, Float32Array>;
  readonly #textBatches: MicroBatcher<string, Float32Array>;

  constructor({ encoder, images, runner, maxBatch = 16 }: EncoderClientOptions) {
    this.encoder = encoder;
    this.#images = images;
    const limits = { batch: maxBatch, concurrency: runner.processes };
    const options = { priority: PRIORITY };
    this.#imageBatches = new MicroBatcher(async (inputs) => {
      const levels = Buffer.concat(inputs);
      return this.#rows(await runner.embedImages(encoder, levels, inputs.length, options));
    }, limits);
    this.#textBatches = new MicroBatcher(
      async (inputs) => this.#rows(await runner.embedTexts(encoder, inputs, options)),
      limits,
    );
  }

  /** @returns L2-normalised `[dimension]` */
  embedText(text: string): Promise<Float32Array> {
    return this.#textBatches.add(text);
  }

  /** @returns L2-normalised `[dimension]`; rejects with a ClipwrightError that says what is wrong with the image */
  async embedImage(source: ImageSource, signal?: AbortSignal): Promise<Float32Array> {
    const { geometry } = this.encoder.image;
    const options = { priority: PRIORITY, ...(signal === undefined ? {} : { signal }) };
    return this.#imageBatches.add(await this.#images.pixels(source, geometry, options));
  }

  #rows(vectors: Float32Array): Float32Array[] {
    const { dimension } = this.encoder;
    const count = vectors.length / dimension;
    return Array.from({ length: count }, (_, i) =>
      vectors.slice(i * dimension, (i + 1) * dimension),
    );
  }
}
