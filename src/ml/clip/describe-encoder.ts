import { basename } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { CropRounding } from '../image/image-preprocessing.js';
import { MODALITIES, type Modality } from '../nn/modality.js';
import { checkModel } from '../onnx/check-model.js';
import {
  COMBINED_FILES,
  ENCODER_FILES,
  type EncoderDescription,
  type TowerFiles,
} from './encoder-description.js';
import { ENCODER_FAMILIES } from './encoder-family.js';
import { EncoderFiles } from './encoder-files.js';
import { TOKENS_OUTPUT, tokenShapes, without } from './kept-tokens.js';
import { readModelConfig } from './model-config.js';
import { preprocessingHash } from './preprocessing.js';
import { readPreprocessorConfig } from './preprocessor-config.js';

export interface DescribeEncoderOptions {
  /** Default 'floor', as Hugging Face does; 'half-even' as OpenAI does. */
  readonly cropRounding?: CropRounding;
}

/** Reads an encoder from a folder in Hugging Face split layout. Takes about a second per gigabyte, for the hash. */
export async function describeEncoder(
  directory: string,
  options: DescribeEncoderOptions = {},
): Promise<EncoderDescription> {
  const files = await EncoderFiles.open(directory);
  const towers = { vision: ENCODER_FILES.vision, text: ENCODER_FILES.text };
  const names = await encoderFileNames(files, towers);
  await requireTowers(files);
  let sizeBytes = 0;
  for (const name of names) sizeBytes += await files.require(name);
  const lacking = await lackTokens(files, towers);
  const model = readModelConfig(await files.readJson(ENCODER_FILES.config));
  const image = readPreprocessorConfig(
    await files.readJson(ENCODER_FILES.preprocessor),
    model.family,
    options.cropRounding ?? 'floor',
  );
  const { crop } = image.geometry;
  if (crop.width !== model.imageSize || crop.height !== model.imageSize) {
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `preprocessor_config.json crops to ${crop.width} x ${crop.height} but config.json's image_size is ${model.imageSize}`,
    );
  }
  const text = { contextLength: model.contextLength, ...ENCODER_FAMILIES[model.family].text };
  return {
    directory: files.directory,
    family: model.family,
    precision: 'FP32',
    towers,
    revision: await files.digest(names),
    preprocessingHash: preprocessingHash({ image, text }),
    dimension: model.dimension,
    tokenShapes: without(tokenShapes(model), lacking),
    sizeBytes,
    image,
    text,
  };
}

/** A graph with both is not taken apart here, in a folder that may be somebody's. */
async function requireTowers(files: EncoderFiles): Promise<void> {
  if ((await files.size(ENCODER_FILES.vision)) !== null) return;
  for (const combined of COMBINED_FILES) {
    if ((await files.size(combined)) === null) continue;
    throw new ClipwrightError(
      'ENCODER_FILE_MISSING',
      `the encoder's folder has both towers in ${combined}: put it below an import root and add it by \`addEncoder\`, which takes them apart`,
    );
  }
}

/** Checks both towers. @returns the modalities of those that were exported without tokens */
export async function lackTokens(files: EncoderFiles, towers: TowerFiles): Promise<Modality[]> {
  const outputs = {
    image: await checkTower(files, towers.vision),
    text: await checkTower(files, towers.text),
  };
  return MODALITIES.filter((modality) => !outputs[modality].includes(TOKENS_OUTPUT));
}

/** Before anything opens it: ONNX Runtime believes what a file says. @returns the names of its outputs */
export async function checkTower(files: EncoderFiles, tower: string): Promise<string[]> {
  const data = `${tower}_data`;
  const size = await files.size(data);
  if (size !== null && (await files.isLink(data))) {
    throw new ClipwrightError('ENCODER_FILE_INVALID', `${data} is a link: put the file there`);
  }
  return checkModel(files.path(tower), tower, { name: basename(data), size });
}

/** Those that take part in an embedding by these towers, in the order in which a revision is made of them. */
export async function encoderFileNames(
  files: EncoderFiles,
  { vision, text }: TowerFiles,
): Promise<string[]> {
  const { config, preprocessor, tokenizer, tokenizerConfig } = ENCODER_FILES;
  const names: string[] = [config, preprocessor, tokenizer, vision, text];
  // Weights beyond protobuf's 2 GiB lie beside the graph.
  for (const optional of [tokenizerConfig, `${vision}_data`, `${text}_data`]) {
    if ((await files.size(optional)) !== null) names.push(optional);
  }
  return names;
}
