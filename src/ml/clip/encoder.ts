import { resolve } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Device } from '../runtime/device.js';
import { atLeastTwo, powerOfTwo } from './batch-rows.js';
import {
  ENCODER_FILES,
  type EncoderDescription,
  type TextPreprocessing,
} from './encoder-description.js';
import { ENCODER_FAMILIES } from './encoder-family.js';
import { EncoderFiles } from './encoder-files.js';
import { l2NormalizeRows } from './l2-normalize.js';
import { pixelValueTable, toPixelValues } from './pixel-values.js';
import { bucketTexts } from './text-buckets.js';
import { TextTokenizer } from './text-tokenizer.js';
import { type ExpectedTower, Tower } from './tower.js';

/** Of the texts of one length that go through the model together, padding included. */
const TEXT_TOKENS = 1024;

/**
 * Images and texts to L2-normalised embeddings. Each tower is opened at its first use and kept: loading again leaks. A failed opening is tried again.
 * `run` of a session holds the event loop, so this belongs in a child process.
 */
export class Encoder {
  readonly #table: Float32Array;
  #imageTower: Promise<Tower> | undefined;
  #textTower: Promise<{ tower: Tower; tokenizer: TextTokenizer }> | undefined;

  constructor(
    private readonly description: EncoderDescription,
    private readonly threads: number,
    private readonly device: Device = 'cpu',
  ) {
    this.#table = pixelValueTable(description.image.normalization);
  }

  /** @param levels RGB `[count, H, W, 3]`, as pre-processing gives them
   *  @returns `imageEmbeds` `[count, dimension]` */
  async embedImages(levels: Uint8Array, count: number): Promise<Float32Array> {
    const { width, height } = this.description.image.geometry.crop;
    if (levels.length !== count * height * width * 3) {
      throw new RangeError(
        `expected ${count} x ${height} x ${width} x 3 levels but received ${levels.length}`,
      );
    }
    const { dimension } = this.description;
    if (count === 0) return new Float32Array(0);
    this.#imageTower ??= this.#openImageTower().catch((error: unknown) => {
      this.#imageTower = undefined;
      throw error;
    });
    const tower = await this.#imageTower;
    const rows = this.device === 'cpu' ? count : powerOfTwo(count);
    const filled = rows === count ? levels : filledUp(levels, (levels.length / count) * rows);
    const pixelValues = toPixelValues(filled, rows, this.#table);
    const feeds = {
      pixel_values: { dtype: 'float32', shape: [rows, 3, height, width], data: pixelValues },
    } as const;
    const vectors = (await tower.run(feeds, rows)).slice(0, count * dimension);
    l2NormalizeRows(vectors, dimension);
    return vectors;
  }

  /** @returns `textEmbeds` `[texts.length, dimension]` */
  async embedTexts(texts: readonly string[]): Promise<Float32Array> {
    const { dimension, text } = this.description;
    this.#textTower ??= this.#openTextTower().catch((error: unknown) => {
      this.#textTower = undefined;
      throw error;
    });
    const { tower, tokenizer } = await this.#textTower;
    const ids = texts.map((value) => tokenizer.encode(value));
    const vectors = new Float32Array(texts.length * dimension);
    const rowsFor = this.device === 'cpu' ? atLeastTwo : ofFewSizes;
    for (const bucket of bucketTexts(
      ids,
      text.contextLength,
      tokenizer.padId,
      TEXT_TOKENS,
      rowsFor,
    )) {
      const shape = [bucket.rows.length, bucket.length];
      const inputIds = { dtype: 'int64', shape, data: bucket.inputIds } as const;
      const attentionMask = { dtype: 'int64', shape, data: bucket.attentionMask } as const;
      const found = await tower.run(
        tower.inputNames.has('attention_mask')
          ? { input_ids: inputIds, attention_mask: attentionMask }
          : { input_ids: inputIds },
        bucket.rows.length,
      );
      bucket.rows.forEach((row, i) => {
        vectors.set(found.subarray(i * dimension, (i + 1) * dimension), row * dimension);
      });
    }
    l2NormalizeRows(vectors, dimension);
    return vectors;
  }

  async close(): Promise<void> {
    await (await this.#imageTower)?.close();
    await (await this.#textTower)?.tower.close();
  }

  #openImageTower(): Promise<Tower> {
    return this.#openTower(this.description.towers.vision, {
      inputs: ['pixel_values'],
      optionalInputs: [],
      outputs: ENCODER_FAMILIES[this.description.family].outputs.vision,
    });
  }

  async #openTextTower(): Promise<{ tower: Tower; tokenizer: TextTokenizer }> {
    const files = await EncoderFiles.open(this.description.directory);
    const { tokenizer, tokenizerConfig } = ENCODER_FILES;
    const hasConfig = (await files.size(tokenizerConfig)) !== null;
    const config = hasConfig ? await files.readJson(tokenizerConfig) : null;
    const { family, text, towers } = this.description;
    const tower = await this.#openTower(towers.text, {
      inputs: ['input_ids'],
      optionalInputs: ['attention_mask'],
      outputs: ENCODER_FAMILIES[family].outputs.text,
    });
    try {
      const rules = tower.textLength === null ? text : ofOneLength(text, tower.textLength);
      return {
        tower,
        tokenizer: new TextTokenizer(await files.readJson(tokenizer), config, rules),
      };
    } catch (error) {
      await tower.close();
      throw error;
    }
  }

  #openTower(file: string, expected: ExpectedTower): Promise<Tower> {
    const { directory, dimension } = this.description;
    return Tower.open(resolve(directory, file), file, expected, dimension, {
      threads: this.threads,
      device: this.device,
    });
  }
}

const ofFewSizes = (count: number): number => powerOfTwo(atLeastTwo(count));

function filledUp(levels: Uint8Array, length: number): Uint8Array {
  const filled = new Uint8Array(length);
  filled.set(levels);
  return filled;
}

/**
 * What a tower takes that was exported for texts of one length (MobileCLIP's). Where texts are read up to their end, what comes
 * behind that changes nothing, so this is no other pre-processing.
 */
function ofOneLength(text: TextPreprocessing, length: number): TextPreprocessing {
  if (length === text.contextLength) return { ...text, padsToContext: true };
  throw new ClipwrightError(
    'ENCODER_FILE_INVALID',
    `config.json says ${text.contextLength} for max_position_embeddings but the text model's input_ids has ${length}`,
  );
}
