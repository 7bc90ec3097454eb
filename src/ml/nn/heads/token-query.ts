import { concat } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import { MODALITIES } from '../modality.js';
import type { Scope } from '../scope.js';
import type { TokenSequence } from '../token-sequence.js';
import { withPositions } from '../tokens.js';
import { defineTokenHead } from './head.js';
import { askTokens, GROUPS, learnedQueries } from './label-queries.js';
import { ATTENTION_HEADS, checkAttention, TOKEN_OPTIONS } from './token-options.js';

const { width, dropout } = TOKEN_OPTIONS;

/**
 * Queries for the labels (label-queries.ts) over the encoder's own tokens, patches and words: those of both modalities in one
 * sequence. Each modality's tokens are normed, as the encoder's own last norm does before it pools them, and projected to `width`.
 */
export const tokenQuery = defineTokenHead({
  options: { width, dropout, heads: ATTENTION_HEADS, groups: GROUPS },
  check: checkAttention,
  build: (scope, sequences, numLabels, options) => {
    const given = MODALITIES.flatMap((modality) => {
      const sequence = sequences[modality];
      return sequence ? [projected(scope, modality, sequence, options.width)] : [];
    });
    const tokens = concat(
      given.map((each) => each.tokens),
      1,
    );
    const presence = concat(
      given.map((each) => each.presence),
      1,
    );
    const queries = learnedQueries(scope, { numLabels, ...options });
    return askTokens(scope, { queries, tokens, presence, numLabels }, options);
  },
});

function projected(
  scope: Scope,
  modality: string,
  { tokens, presence }: TokenSequence,
  size: number,
): { tokens: Node; presence: Node } {
  const name = `head.${modality}`;
  const normed = layerNorm(scope, `${name}.norm`, tokens);
  const embedded = linearLayer(scope, `${name}.tokens`, normed, size);
  return { tokens: withPositions(scope, `${name}.positions`, embedded), presence };
}
