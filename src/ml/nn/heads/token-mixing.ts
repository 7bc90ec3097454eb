import { reduceMean } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import type { Scope } from '../scope.js';
import { featureTokens } from '../tokens.js';
import { defineHead } from './head.js';
import { DEPTH, TOKEN_OPTIONS } from './token-options.js';

/** Tokens `[B, T, W]` to tokens of the same shape. */
type Block = (scope: Scope, name: string, x: Node, dropout: number) => Node;

/** A head that cuts its features into tokens, mixes them in `depth` blocks, and classifies the norm of their mean. */
export const defineTokenMixingHead = (block: Block) =>
  defineHead({
    options: { ...TOKEN_OPTIONS, depth: DEPTH },
    build: (scope, features, numLabels, { tokens, width, depth, dropout }) => {
      let x = featureTokens(scope, 'head.tokens', features, tokens, width);
      for (let i = 0; i < depth; i++) x = block(scope, `head.block${i}`, x, dropout);
      const pooled = layerNorm(scope, 'head.norm', reduceMean(x, [1]));
      return linearLayer(scope, 'head.output', pooled, numLabels);
    },
  });
