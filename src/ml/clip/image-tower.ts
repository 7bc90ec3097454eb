import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Device } from '../runtime/device.js';
import { powerOfTwo } from './batch-rows.js';
import { driftImages } from './drift-samples.js';
import { type EncoderDescription, keptTokens, rowLength } from './encoder-description.js';
import { ENCODER_FAMILIES } from './encoder-family.js';
import { imageTokens, TOKENS_OUTPUT } from './kept-tokens.js';
import { openTower } from './open-tower.js';
import { pixelValueTable, toPixelValues } from './pixel-values.js';
import { putRow } from './put-row.js';
import type { Tower } from './tower.js';

/** What it is opened with. */
const SAMPLES = 2;

/** An encoder's tower for images, from their levels to rows of embeddings. Whoever opens it closes it. */
export class ImageTower {
  readonly #table: Float32Array;

  private constructor(
    private readonly description: EncoderDescription,
    private readonly device: Device,
    private readonly tower: Tower,
  ) {
    this.#table = pixelValueTable(description.image.normalization);
  }

  static async open(
    description: EncoderDescription,
    threads: number,
    device: Device,
  ): Promise<ImageTower> {
    const { family, image, towers } = description;
    const { width, height } = image.geometry.crop;
    const samples = () =>
      driftImages(image.geometry.crop).subarray(0, SAMPLES * width * height * 3);
    const withEnds = (tower: Tower) => new ImageTower(description, device, tower);
    const tower = await openTower(
      {
        ...description,
        file: towers.vision,
        expected: {
          inputs: ['pixel_values'],
          optionalInputs: [],
          outputs: ENCODER_FAMILIES[family].outputs.vision,
        },
      },
      { threads, device },
      (opened) => withEnds(opened).embed(samples(), SAMPLES),
    );
    return withEnds(tower);
  }

  /** @param levels RGB `[count, H, W, 3]`, as pre-processing gives them
   *  @returns `imageEmbeds` `[count, dimension]`, or rows with tokens */
  async embed(levels: Uint8Array, count: number): Promise<Float32Array> {
    const { dimension, image } = this.description;
    const { width, height } = image.geometry.crop;
    const rows = this.device === 'cpu' ? count : powerOfTwo(count);
    const filled = rows === count ? levels : filledUp(levels, (levels.length / count) * rows);
    const pixelValues = toPixelValues(filled, rows, this.#table);
    const feeds = {
      pixel_values: { dtype: 'float32', shape: [rows, 3, height, width], data: pixelValues },
    } as const;
    const kept = keptTokens(this.description, 'image');
    const { vectors, states } = await this.tower.runWithTokens(feeds, rows, kept);
    const length = (states?.length ?? 0) / rows;
    const rowOf = rowLength(this.description, 'image');
    const joined = new Float32Array(count * rowOf);
    for (let row = 0; row < count; row++) {
      const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
      const tokens =
        kept && states && imageTokens(states.subarray(row * length, (row + 1) * length), kept);
      if (kept && !tokens) throw this.#otherTokens(length / kept.width);
      putRow(joined, row * rowOf, vector, tokens);
    }
    return joined;
  }

  close(): Promise<void> {
    return this.tower.close();
  }

  #otherTokens(length: number): ClipwrightError {
    const { towers, tokenShapes } = this.description;
    return new ClipwrightError(
      'ENCODER_UNSUPPORTED',
      `${towers.vision}: expected ${TOKENS_OUTPUT} of a square of patches with ${tokenShapes.image!.count} tokens or more but received ${length}`,
    );
  }
}

function filledUp(levels: Uint8Array, length: number): Uint8Array {
  const filled = new Uint8Array(length);
  filled.set(levels);
  return filled;
}
