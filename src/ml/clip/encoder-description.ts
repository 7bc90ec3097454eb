import type { ImageGeometry } from '../image/image-preprocessing.js';
import type { Modality } from '../nn/modality.js';
import { type TokenShape, type TokenShapes, tokenRowLength } from '../nn/token-shape.js';
import type { EncoderFamily } from './encoder-family.js';
import type { Precision } from './precision.js';

/** Levels 0..255 to `pixelValues`: (level * rescaleFactor - mean) / std, by channel. */
export interface PixelNormalization {
  readonly rescaleFactor: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** What is said only where it is so: CLIP's pre-processing keeps the hash that it had before there was another family. */
export interface TextPreprocessing {
  /** Token ids, special ones included. */
  readonly contextLength: number;
  /** A text is filled up to the whole context: the model sees what it is padded with. */
  readonly padsToContext?: true;
  /** In lower case before whatever else tokenizer.json does with it. */
  readonly lowercases?: true;
}

/** Paths of the two models: below the encoder's folder, or absolute. */
export interface TowerFiles {
  readonly vision: string;
  readonly text: string;
}

/** All that is known of a dual encoder, read from its files. Plain data: it crosses process boundaries. */
export interface EncoderDescription {
  /** Absolute, without links. */
  readonly directory: string;
  readonly family: EncoderFamily;
  readonly precision: Precision;
  readonly towers: TowerFiles;
  /** SHA-256 over the files that take part in an embedding. */
  readonly revision: string;
  /** SHA-256 over what is done to images and texts before they reach the model. */
  readonly preprocessingHash: string;
  /** Of the embeddings, image and text alike. */
  readonly dimension: number;
  /** The tokens that it can give beside an embedding; nothing of a modality whose tower was exported without them. */
  readonly tokenShapes: TokenShapes;
  /** Said where they are wanted: behind every embedding come the tokens. */
  readonly withTokens?: true;
  readonly sizeBytes: number;
  readonly image: { readonly geometry: ImageGeometry; readonly normalization: PixelNormalization };
  readonly text: TextPreprocessing;
}

/** The tokens behind an embedding, where they are wanted and its tower gives them. */
export function keptTokens(
  { withTokens, tokenShapes }: Pick<EncoderDescription, 'withTokens' | 'tokenShapes'>,
  modality: Modality,
): TokenShape | undefined {
  return withTokens && tokenShapes[modality];
}

/** Values of what one image or text is turned into: the embedding, and where they are wanted its tokens. */
export function rowLength(
  encoder: Pick<EncoderDescription, 'dimension' | 'withTokens' | 'tokenShapes'>,
  modality: Modality,
): number {
  const tokens = keptTokens(encoder, modality);
  return encoder.dimension + (tokens ? tokenRowLength(tokens) : 0);
}

/** The Hugging Face split layout, below an encoder's folder. */
export const ENCODER_FILES = {
  config: 'config.json',
  preprocessor: 'preprocessor_config.json',
  tokenizer: 'tokenizer.json',
  tokenizerConfig: 'tokenizer_config.json',
  vision: 'onnx/vision_model.onnx',
  text: 'onnx/text_model.onnx',
} as const;

/** Where both towers may be in one graph instead, in a folder that is added or downloaded: they are made of it. */
export const COMBINED_FILES = ['onnx/model.onnx', 'model.onnx'] as const;
