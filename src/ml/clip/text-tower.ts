import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Device } from '../runtime/device.js';
import type { Tensors } from '../runtime/session.js';
import { atLeastTwo, powerOfTwo } from './batch-rows.js';
import { DRIFT_TEXTS } from './drift-samples.js';
import {
  ENCODER_FILES,
  type EncoderDescription,
  keptTokens,
  rowLength,
  type TextPreprocessing,
} from './encoder-description.js';
import { ENCODER_FAMILIES } from './encoder-family.js';
import { EncoderFiles } from './encoder-files.js';
import { textTokens } from './kept-tokens.js';
import { openTower } from './open-tower.js';
import { putRow } from './put-row.js';
import { bucketTexts } from './text-buckets.js';
import { TextTokenizer } from './text-tokenizer.js';
import type { Tower } from './tower.js';

/** Of the texts of one length that go through the model together, padding included. */
const MAX_TOKENS = 1024;
/** What it is opened with: texts of several lengths. */
const SAMPLES = DRIFT_TEXTS.slice(0, 4);

/** An encoder's tower for texts, with its tokenizer. Whoever opens it closes it. */
export class TextTower {
  private constructor(
    private readonly description: EncoderDescription,
    private readonly device: Device,
    private readonly tower: Tower,
    private readonly tokenizer: TextTokenizer,
  ) {}

  static async open(
    description: EncoderDescription,
    threads: number,
    device: Device,
  ): Promise<TextTower> {
    const files = await EncoderFiles.open(description.directory);
    const config =
      (await files.size(ENCODER_FILES.tokenizerConfig)) !== null
        ? await files.readJson(ENCODER_FILES.tokenizerConfig)
        : null;
    const json = await files.readJson(ENCODER_FILES.tokenizer);
    const { family, text, towers } = description;
    const withTokenizer = (tower: Tower) => {
      const { textLength } = tower;
      const preprocessing = textLength === null ? text : ofOneLength(text, textLength, towers.text);
      const tokenizer = new TextTokenizer(json, config, preprocessing);
      return new TextTower(description, device, tower, tokenizer);
    };
    const tower = await openTower(
      {
        ...description,
        file: towers.text,
        expected: {
          inputs: ['input_ids'],
          optionalInputs: ['attention_mask'],
          outputs: ENCODER_FAMILIES[family].outputs.text,
        },
      },
      { threads, device },
      async (opened) => withTokenizer(opened).embed(SAMPLES),
    );
    try {
      return withTokenizer(tower);
    } catch (error) {
      await tower.close();
      throw error;
    }
  }

  /** @returns `textEmbeds` `[texts.length, dimension]`, or rows with tokens */
  async embed(texts: readonly string[]): Promise<Float32Array> {
    const { dimension, text } = this.description;
    const unpadded = texts.map((value) => this.tokenizer.unpadded(value));
    const ids = unpadded.map((each) => this.tokenizer.padded(each));
    const kept = keptTokens(this.description, 'text');
    const rowOf = rowLength(this.description, 'text');
    const joined = new Float32Array(texts.length * rowOf);
    const rowsFor = this.device === 'cpu' ? atLeastTwo : ofFewSizes;
    for (const bucket of bucketTexts(
      ids,
      text.contextLength,
      this.tokenizer.padId,
      MAX_TOKENS,
      rowsFor,
    )) {
      const shape = [bucket.rows.length, bucket.length];
      const inputIds = { dtype: 'int64', shape, data: bucket.inputIds } as const;
      const attentionMask = { dtype: 'int64', shape, data: bucket.attentionMask } as const;
      const feeds: Tensors = this.tower.inputNames.has('attention_mask')
        ? { input_ids: inputIds, attention_mask: attentionMask }
        : { input_ids: inputIds };
      const { vectors, states } = await this.tower.runWithTokens(feeds, bucket.rows.length, kept);
      bucket.rows.forEach((row, i) => {
        const vector = vectors.subarray(i * dimension, (i + 1) * dimension);
        const start = i * bucket.length;
        const end = start + unpadded[row]!.length;
        const tokens =
          kept && states && textTokens(states.subarray(start * kept.width, end * kept.width), kept);
        putRow(joined, row * rowOf, vector, tokens);
      });
    }
    return joined;
  }

  close(): Promise<void> {
    return this.tower.close();
  }
}

const ofFewSizes = (count: number): number => powerOfTwo(atLeastTwo(count));

/**
 * What a tower takes that was exported for texts of one length (MobileCLIP's). Where texts are read up to their end, what comes
 * behind that changes nothing, so this is no other pre-processing.
 */
function ofOneLength(text: TextPreprocessing, length: number, file: string): TextPreprocessing {
  if (length === text.contextLength) return { ...text, padsToContext: true };
  throw new ClipwrightError(
    'ENCODER_FILE_INVALID',
    `${file}: config.json says ${text.contextLength} for max_position_embeddings but input_ids has ${length}`,
  );
}
