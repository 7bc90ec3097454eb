import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ENCODER_FILES, type EncoderDescription } from '../ml/clip/encoder-description.js';
import { ENCODER_FAMILIES } from '../ml/clip/encoder-family.js';
import { readModelConfig } from '../ml/clip/model-config.js';
import { plainImageTower } from '../ml/clip/plain-image-tower.js';
import { plainTextTower, type TextFilling } from '../ml/clip/plain-text-tower.js';
import { plainTokenizer } from '../ml/clip/plain-tokenizer.js';
import { bucketLength } from '../ml/clip/text-buckets.js';
import { TextTokenizer } from '../ml/clip/text-tokenizer.js';
import { imageTokenRow, textTokenRow } from '../ml/clip/token-rows.js';
import { type TowerEnd, unitVector } from '../ml/clip/tower-end.js';
import { exists } from '../storage/exists.js';
import { type BundledFile, inMemory, onDisk, streamed } from './bundled-file.js';

/** `image.onnx`, and what belongs to it. */
export async function imageFiles(description: EncoderDescription): Promise<BundledFile[]> {
  const tower = resolve(description.directory, description.towers.vision);
  const end = await imageEnd(description);
  return [
    await streamed('image.onnx', () => plainImageTower(tower, description.image, end)),
    ...(await weightsOutside(tower)),
  ];
}

async function imageEnd({
  directory,
  family,
  dimension,
  withTokens,
  tokenShapes,
}: EncoderDescription): Promise<TowerEnd> {
  if (!withTokens) return unitVector(ENCODER_FAMILIES[family].outputs.vision, dimension);
  const { patches } = readModelConfig(await readJson(resolve(directory, ENCODER_FILES.config)));
  return imageTokenRow(tokenShapes.image!, patches);
}

/** `text.onnx`, and what belongs to it. */
export async function textFiles(description: EncoderDescription): Promise<BundledFile[]> {
  const { directory, towers, text, family, dimension, withTokens, tokenShapes } = description;
  const tower = resolve(directory, towers.text);
  const { tokenizer, tokenizerConfig } = ENCODER_FILES;
  const config = resolve(directory, tokenizerConfig);
  const hasConfig = await exists(config);
  const file = await readJson(resolve(directory, tokenizer));
  const configJson = hasConfig ? await readJson(config) : null;
  const padId = () => new TextTokenizer(file, configJson, text).padId;
  const filling = fillingOf(description, padId);
  const end = withTokens
    ? textTokenRow(tokenShapes.text!, text.contextLength)
    : unitVector(ENCODER_FAMILIES[family].outputs.text, dimension);
  // What the tower fills up the tokenizer does not.
  const { padsToContext: _, ...cut } = text;
  return [
    await streamed('text.onnx', () => plainTextTower(tower, filling, end)),
    ...(await weightsOutside(tower)),
    inMemory(tokenizer, JSON.stringify(plainTokenizer(file, filling ? cut : text, padId))),
    ...(hasConfig ? [await onDisk(tokenizerConfig, config)] : []),
  ];
}

/**
 * What of the padding has to be the tower's: where tokens are wanted, it must know which are the text's; and in INT8 a tower's scales are of
 * all tokens, so that texts are padded to the lengths that they have here.
 */
function fillingOf(
  { precision, text, withTokens }: EncoderDescription,
  padId: () => number,
): TextFilling | null {
  const { contextLength, padsToContext } = text;
  const isFilled = padsToContext ? withTokens : precision === 'INT8';
  if (!isFilled) return null;
  const lengths = Array.from({ length: contextLength + 1 }, (_, at) =>
    padsToContext ? contextLength : bucketLength(at, contextLength),
  );
  return { lengths, id: padId(), isSeen: padsToContext === true };
}

/** They keep their name: the tower names them. */
async function weightsOutside(tower: string): Promise<BundledFile[]> {
  const outside = `${tower}_data`;
  return (await exists(outside)) ? [await onDisk(basename(outside), outside)] : [];
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
