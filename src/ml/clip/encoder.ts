import type { Device } from '../runtime/device.js';
import type { EncoderDescription } from './encoder-description.js';
import { ImageTower } from './image-tower.js';
import { TextTower } from './text-tower.js';

/**
 * Images and texts to L2-normalised embeddings, each with its tokens behind it where the description says so. Each tower is opened at its first use and kept: loading again leaks. A failed opening is tried again.
 * `run` of a session holds the event loop, so this belongs in a child process.
 */
export class Encoder {
  #imageTower: Promise<ImageTower> | undefined;
  #textTower: Promise<TextTower> | undefined;

  constructor(
    private readonly description: EncoderDescription,
    private readonly threads: number,
    private readonly device: Device = 'cpu',
  ) {}

  /** @param levels RGB `[count, H, W, 3]`, as pre-processing gives them
   *  @returns `imageEmbeds` `[count, dimension]`, or rows with tokens */
  async embedImages(levels: Uint8Array, count: number): Promise<Float32Array> {
    const { width, height } = this.description.image.geometry.crop;
    if (levels.length !== count * height * width * 3) {
      throw new RangeError(
        `expected ${count} x ${height} x ${width} x 3 levels but received ${levels.length}`,
      );
    }
    if (count === 0) return new Float32Array(0);
    this.#imageTower ??= ImageTower.open(this.description, this.threads, this.device).catch(
      (error: unknown) => {
        this.#imageTower = undefined;
        throw error;
      },
    );
    return (await this.#imageTower).embed(levels, count);
  }

  /** @returns `textEmbeds` `[texts.length, dimension]`, or rows with tokens */
  async embedTexts(texts: readonly string[]): Promise<Float32Array> {
    this.#textTower ??= TextTower.open(this.description, this.threads, this.device).catch(
      (error: unknown) => {
        this.#textTower = undefined;
        throw error;
      },
    );
    return (await this.#textTower).embed(texts);
  }

  async close(): Promise<void> {
    await (await this.#imageTower)?.close();
    await (await this.#textTower)?.close();
  }
}
