import type { SetToEmbed } from '../db/embeddings.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { encoderAsOf } from './choose-encoder.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';

/** @throws NOT_FOUND, CONFLICT where the set's encoder is not there, or not as it was */
export async function encoderOfSet(
  encoders: EncoderSource,
  set: SetToEmbed,
): Promise<UsableEncoder> {
  const encoder = await encoders.get(set.encoderId);
  if (!encoder) {
    throw new ClipwrightError('NOT_FOUND', `The encoder ${set.encoderId} is no longer there.`);
  }
  const found = await encoderAsOf(encoders, encoder, set);
  if (found) return found;
  throw new ClipwrightError(
    'CONFLICT',
    `The ${set.precision} files of encoder ${set.encoderId} have changed since this was asked for: ask again.`,
  );
}
