import { badUserInput } from '../errors/bad-user-input.js';
import type { EncoderDescription } from '../ml/clip/encoder-description.js';
import { modalitiesOf, OF_TOKENS } from '../ml/nn/fusions/table.js';
import { isOverTokens } from '../ml/nn/heads/table.js';
import type { TokenShapes } from '../ml/nn/token-shape.js';
import type { UsableEncoder } from './encoder-source.js';
import type { Axes } from './experiment-axes.js';

/** The encoder so that its embeddings have their tokens beside them. @throws BAD_USER_INPUT where it has none */
export function withTokens(encoder: UsableEncoder): UsableEncoder {
  const { description } = encoder;
  if (Object.keys(description.tokenShapes).length === 0) {
    throw lacksTokens(encoder, 'images nor texts');
  }
  return { ...encoder, description: { ...description, withTokens: true } };
}

/**
 * The encoder as trainings need it: with tokens where one of the heads attends to them.
 * @throws BAD_USER_INPUT where it has none of what these are to attend to
 */
export function encoderFor(
  encoder: UsableEncoder,
  { heads, fusions }: Pick<Axes, 'heads' | 'fusions'>,
): UsableEncoder {
  if (!heads.some(isOverTokens)) return encoder;
  const kinds = fusions.map(({ kind }) => kind).filter((kind) => OF_TOKENS.includes(kind));
  for (const modality of kinds.flatMap(modalitiesOf)) {
    if (!encoder.description.tokenShapes[modality]) throw lacksTokens(encoder, `${modality}s`);
  }
  return withTokens(encoder);
}

/** What is kept beside an embedding by this encoder as it is asked for. */
export const tokensOf = (encoder: EncoderDescription): TokenShapes =>
  encoder.withTokens ? encoder.tokenShapes : {};

function lacksTokens({ id, description }: UsableEncoder, what: string) {
  return badUserInput(
    `Encoder ${id} in ${description.precision} was exported without tokens of ${what} (an output last_hidden_state), which the head ` +
      'TOKEN_QUERY attends to: choose another precision or export, or do without.',
  );
}
