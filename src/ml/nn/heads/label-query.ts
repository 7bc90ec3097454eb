import { mul } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { linearLayer } from '../linear-layer.js';
import { badInput, type OptionValues, oneOf } from '../options.js';
import type { Scope } from '../scope.js';
import { featureTokens, withPositions } from '../tokens.js';
import { defineHead } from './head.js';
import { askTokens, GROUPS, learnedQueries } from './label-queries.js';
import { PROMPTS, refusePrompts } from './label-texts.js';
import { ATTENTION_HEADS, checkAttention, TOKEN_OPTIONS } from './token-options.js';

const OPTIONS = {
  ...TOKEN_OPTIONS,
  heads: ATTENTION_HEADS,
  groups: GROUPS,
  queries: oneOf(['LEARNED', 'LABEL_TEXTS'], 'LEARNED'),
  prompts: PROMPTS,
} as const;

/**
 * Queries for the labels (label-queries.ts) over features cut into tokens. Made of the labels' texts, a query is a linear layer on
 * its label's text (as ML-Decoder's are for labels that it has not seen): labels that mean alike look alike.
 */
export const labelQuery = defineHead({
  options: OPTIONS,
  check: (options, name) => {
    checkAttention(options, name);
    checkQueries(options, name);
  },
  prompts: ({ queries, prompts }) => (queries === 'LABEL_TEXTS' ? prompts : null),
  build: (scope, features, numLabels, options, { labelEmbeds }) => {
    const { width, groups } = options;
    const embedded = featureTokens(scope, 'head.tokens', features, options.tokens, width);
    const tokens = withPositions(scope, 'head.positions', embedded);
    const queries =
      options.queries === 'LABEL_TEXTS'
        ? fromTexts(scope, 'head.queries', labelEmbeds, width)
        : learnedQueries(scope, { numLabels, groups, width });
    return askTokens(scope, { queries, tokens, numLabels }, options);
  },
});

function checkQueries(options: OptionValues<typeof OPTIONS>, name: string): void {
  const { queries, groups, prompts } = options;
  if (queries === 'LABEL_TEXTS') {
    if (groups !== 0) throw badInput('0 with queries from LABEL_TEXTS', `${name}.groups`, groups);
  } else refusePrompts(prompts, `${name}.queries`, queries);
}

/** `labelEmbeds` `[L, D]`, scaled as all embeddings are (src/ml/train/model.ts), to `[L, width]`. */
function fromTexts(scope: Scope, name: string, labelEmbeds: Node, width: number): Node {
  const dimension = labelEmbeds.shape[1] as number;
  return linearLayer(scope, name, mul(labelEmbeds, Math.sqrt(dimension)), width);
}
