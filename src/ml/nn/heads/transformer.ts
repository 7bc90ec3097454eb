import { reshape, slice } from '../../graph/build.js';
import { attention } from '../attention.js';
import { feedForward } from '../feed-forward.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import { preNorm } from '../pre-norm.js';
import { featureTokens, withEmptyToken, withPositions } from '../tokens.js';
import { defineHead } from './head.js';
import {
  ATTENTION_HEADS,
  checkAttention,
  DEPTH,
  FEED_FORWARD,
  TOKEN_OPTIONS,
} from './token-options.js';

/**
 * A pre-norm Transformer encoder over [CLS] and the tokens (Vaswani et al. 2017, 1706.03762; the norm inside the branch and
 * the classification of [CLS] as in ViT, Dosovitskiy et al. 2021, 2010.11929, section 3.1).
 */
export const transformer = defineHead({
  options: { ...TOKEN_OPTIONS, depth: DEPTH, heads: ATTENTION_HEADS },
  check: checkAttention,
  build: (scope, features, numLabels, { tokens, width, depth, heads, dropout }) => {
    const embedded = featureTokens(scope, 'head.tokens', features, tokens, width);
    let x = withPositions(scope, 'head.positions', withEmptyToken(embedded));
    for (let i = 0; i < depth; i++) {
      const name = `head.block${i}`;
      x = preNorm(scope, `${name}.attention`, x, dropout, (z) =>
        attention(scope, `${name}.attention`, z, z, heads),
      );
      x = preNorm(scope, `${name}.feedForward`, x, dropout, (z) =>
        feedForward(scope, `${name}.feedForward`, z, FEED_FORWARD * width),
      );
    }
    const cls = reshape(slice(x, 1, 0, 1), [x.shape[0]!, width]);
    return linearLayer(scope, 'head.output', layerNorm(scope, 'head.norm', cls), numLabels);
  },
});
