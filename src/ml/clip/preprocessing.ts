import { createHash } from 'node:crypto';
import type { EncoderDescription } from './encoder-description.js';

/** Raised when our own pre-processing changes its results, so that embeddings made before count as others. */
const PREPROCESSING_VERSION = 1;

/** SHA-256 over what is done to images and texts before they reach the model. */
export function preprocessingHash({
  image,
  text,
}: Pick<EncoderDescription, 'image' | 'text'>): string {
  return createHash('sha256')
    .update(JSON.stringify({ version: PREPROCESSING_VERSION, image, text }))
    .digest('hex');
}

/**
 * The encoder with the pre-processing that vectors were made with: its own, or that of versions which decoded every JPEG
 * whole, so that models trained on those go on predicting to the bit. Undefined where it is another one.
 */
export function withPreprocessing(
  encoder: EncoderDescription,
  hash: string,
): EncoderDescription | undefined {
  if (encoder.preprocessingHash === hash) return encoder;
  const { shrinkMargin, ...geometry } = encoder.image.geometry;
  if (shrinkMargin === undefined) return undefined;
  const image = { ...encoder.image, geometry };
  const whole = preprocessingHash({ image, text: encoder.text });
  return whole === hash ? { ...encoder, image, preprocessingHash: whole } : undefined;
}
