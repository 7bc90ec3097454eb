import { add, concat, reshape } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { attention } from '../attention.js';
import type { Modality } from '../modality.js';

import { badInput, integer } from '../options.js';
import type { Scope } from '../scope.js';
import { defineJointFeature } from './joint-fusion.js';

/**
 * Co-attention (Lu et al. 2019, 1908.02265, section 2.2): image and text are cut into tokens of `tokenWidth` coordinates, to
 * which a learned vector is added for each place; the tokens of each attend to those of the other, and what they find is
 * added to them. The feature is all tokens of both, one after the other: as long as v and t together.
 * @throws BAD_USER_INPUT where `tokenWidth` does not divide the embeddings' dimension, or `heads` not `tokenWidth`
 */
export const crossAttention = defineJointFeature({
  options: { tokenWidth: integer(1, 4096, 64), heads: integer(1, 64, 4) },
  fuse: (scope, { image, text }, { tokenWidth, heads }) => {
    if (tokenWidth % heads !== 0) {
      throw badInput(`a divisor of the token width ${tokenWidth}`, 'fusion.heads', heads);
    }
    const seen = toTokens(scope, 'image', image, tokenWidth);
    const read = toTokens(scope, 'text', text, tokenWidth);
    const found = {
      image: attention(scope, 'fusion.image', seen, read, heads),
      text: attention(scope, 'fusion.text', read, seen, heads),
    };
    return concat(
      [reshape(add(seen, found.image), image.shape), reshape(add(read, found.text), text.shape)],
      1,
    );
  },
});

/** `[B, D]` → `[B, D ÷ tokenWidth, tokenWidth]` */
function toTokens(scope: Scope, modality: Modality, x: Node, tokenWidth: number): Node {
  const [batch, dimension] = x.shape as [number | string, number];
  if (dimension % tokenWidth !== 0) {
    throw badInput(
      `a divisor of the ${modality} embedding's dimension ${dimension}`,
      'fusion.tokenWidth',
      tokenWidth,
    );
  }
  const shape = [dimension / tokenWidth, tokenWidth];
  const name = `fusion.${modality}.places`;
  const places = scope.parameter(name, shape, { kind: 'zeros' }, { decay: false });
  return add(reshape(x, [batch, ...shape]), places);
}
