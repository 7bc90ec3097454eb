import { basename } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { CropRounding } from '../image/image-preprocessing.js';
import { checkModel } from '../onnx/check-model.js';
import { ENCODER_FILES, type EncoderDescription, type TowerFiles } from './encoder-description.js';
import { ENCODER_FAMILIES } from './encoder-family.js';
import { EncoderFiles } from './encoder-files.js';
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
  let sizeBytes = 0;
  for (const name of names) sizeBytes += await files.require(name);
  await checkTower(files, towers.vision);
  await checkTower(files, towers.text);

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
    sizeBytes,
    image,
    text,
  };
}

/** Before anything opens it: ONNX Runtime believes what a file says. */
export async function checkTower(files: EncoderFiles, tower: string): Promise<void> {
  const data = `${tower}_data`;
  const size = await files.size(data);
  if (size !== null && (await files.isLink(data))) {
    throw new ClipwrightError('ENCODER_FILE_INVALID', `${data} is a link: put the file there`);
  }
  await checkModel(files.path(tower), tower, { name: basename(data), size });
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
