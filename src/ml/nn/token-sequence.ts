import { mul, reshape, slice } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { dropOne } from './fusions/stand-in.js';
import { type FusionConfig, modalitiesOf } from './fusions/table.js';
import type { ByModality, Modality } from './modality.js';
import type { Scope } from './scope.js';
import type { TokenShape, TokenShapes } from './token-shape.js';

/** A modality's tokens `[B, T, W]`, and `[B, T]` how far each is there: 1, 0, or between them where samples are mixed. */
export interface TokenSequence {
  readonly tokens: Node;
  readonly presence: Node;
}

/**
 * The tokens in `rows`, each `[B, tokenRowLength]`, of the modalities that the fusion takes. While training, modality dropout makes
 * all of one absent, as they are where a sample lacks it; so nothing has to stand in for them.
 */
export function tokenSequences(
  scope: Scope,
  rows: ByModality<Node>,
  shapes: TokenShapes,
  fusion: FusionConfig,
): ByModality<TokenSequence> {
  const sequences: Partial<Record<Modality, TokenSequence>> = {};
  for (const modality of modalitiesOf(fusion.kind)) {
    sequences[modality] = cut(rows[modality]!, shapes[modality]!);
  }
  const { image, text } = sequences;
  if (!image || !text || !('modalityDropout' in fusion) || fusion.modalityDropout === 0) {
    return sequences;
  }
  const there = { image: first(image), text: first(text) };
  const kept = dropOne(scope, there, fusion.modalityDropout);
  return {
    image: { ...image, presence: mul(image.presence, kept.image) },
    text: { ...text, presence: mul(text.presence, kept.text) },
  };
}

function cut(row: Node, { count, width }: TokenShape): TokenSequence {
  const batch = row.shape[0]!;
  const cells = reshape(row, [batch, count, width + 1]);
  return {
    tokens: slice(cells, 2, 0, width),
    presence: reshape(slice(cells, 2, width, width + 1), [batch, count]),
  };
}

/** `[B, 1]`: where there is any token, there is the first. */
const first = ({ presence }: TokenSequence): Node => slice(presence, 1, 0, 1);
