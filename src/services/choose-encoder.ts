import type { Precision } from '../db/enums.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { type EncoderVariant, inVariant } from '../ml/clip/encoder-variant.js';
import { type EncoderSource, requireEncoder, type UsableEncoder } from './encoder-source.js';

/** The encoder with the towers of the precision that was asked for. @throws NOT_FOUND, BAD_USER_INPUT */
export async function chooseEncoder(
  encoders: EncoderSource,
  id: string,
  precision: Precision,
): Promise<UsableEncoder> {
  const encoder = await requireEncoder(encoders, id);
  if (precision === 'FP32') return encoder;
  const variant = encoder.variants.find((each) => each.precision === precision);
  if (variant) return withVariant(encoder, variant);
  const there = ['FP32', ...encoder.variants.map((each) => each.precision)].join(', ');
  throw badUserInput(
    `expected one of ${there} for \`precision\` but received ${precision}: the encoder ${id} has no such files. ` +
      '`downloadEncoder` fetches them where its `precisions` says CATALOGUE.',
  );
}

/** What tells one embedding space of an encoder from another. */
export interface SpaceOfEncoder {
  readonly precision: Precision;
  readonly revision: string;
  readonly preprocessing: string;
}

/** The encoder as vectors were made with it, or undefined where its files have changed since. */
export function encoderAsOf(
  encoder: UsableEncoder,
  { precision, revision, preprocessing }: SpaceOfEncoder,
): UsableEncoder | undefined {
  const all = [encoder, ...encoder.variants.map((variant) => withVariant(encoder, variant))];
  return all.find(
    ({ description }) =>
      description.precision === precision &&
      description.revision === revision &&
      description.preprocessingHash === preprocessing,
  );
}

function withVariant(encoder: UsableEncoder, variant: EncoderVariant): UsableEncoder {
  return { ...encoder, description: inVariant(encoder.description, variant) };
}
