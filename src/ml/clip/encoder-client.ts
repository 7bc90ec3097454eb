import type { ImageSource } from '../image/image-source.js';
import type { Modality } from '../nn/modality.js';
import type { EmbeddingRunner, PixelSource } from './embed-ports.js';
import { type EncoderDescription, rowLength } from './encoder-description.js';
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
      const rows = await runner.embedImages(encoder, levels, inputs.length, options);
      return this.#cut(rows, 'image');
    }, limits);
    this.#textBatches = new MicroBatcher(
      async (inputs) => this.#cut(await runner.embedTexts(encoder, inputs, options), 'text'),
      limits,
    );
  }

  /** @returns L2-normalised `[dimension]`, with its tokens where the encoder gives them */
  embedText(text: string): Promise<Float32Array> {
    return this.#textBatches.add(text);
  }

  /** @returns the same of an image; rejects with a ClipwrightError that says what is wrong with the image */
  async embedImage(source: ImageSource, signal?: AbortSignal): Promise<Float32Array> {
    const { geometry } = this.encoder.image;
    const options = { priority: PRIORITY, ...(signal === undefined ? {} : { signal }) };
    return this.#imageBatches.add(await this.#images.pixels(source, geometry, options));
  }

  #cut(rows: Float32Array, modality: Modality): Float32Array[] {
    const length = rowLength(this.encoder, modality);
    const count = rows.length / length;
    return Array.from({ length: count }, (_, i) => rows.slice(i * length, (i + 1) * length));
  }
}
