import { ClipwrightError } from '../errors/clipwright-error.js';
import { encoderAsOf } from './choose-encoder.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import type { ModelManifest } from './model-manifest.js';

/** @throws ENCODER_REVISION_MISSING where the encoder is not there as vectors were made with it; PRECISION_DRIFTS */
export async function encoderOfModel(
  encoders: EncoderSource,
  wanted: ModelManifest['encoder'],
): Promise<UsableEncoder> {
  const encoder = await encoders.get(wanted.id);
  const usable = encoder && (await encoderAsOf(encoders, encoder, wanted));
  if (usable) return usable;
  throw new ClipwrightError(
    'ENCODER_REVISION_MISSING',
    `Encoder ${wanted.id} is needed in ${wanted.precision}, revision ${wanted.revision.slice(0, 12)}, ` +
      `${encoder ? 'but another revision is installed' : 'which is not installed'}. ` +
      'Put its files back, or embed and train with the encoder that is there.',
  );
}
