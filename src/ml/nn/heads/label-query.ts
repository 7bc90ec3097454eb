import { add, matmul, mul, reshape, slice, transpose } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { attention } from '../attention.js';
import { feedForward } from '../feed-forward.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import { badInput, integer, type OptionValues, oneOf } from '../options.js';
import type { Scope } from '../scope.js';
import { featureTokens, withPositions } from '../tokens.js';
import { defineHead } from './head.js';
import { PROMPTS, refusePrompts } from './label-texts.js';
import { ATTENTION_HEADS, checkAttention, FEED_FORWARD, TOKEN_OPTIONS } from './token-options.js';

const OPTIONS = {
  ...TOKEN_OPTIONS,
  heads: ATTENTION_HEADS,
  /** Queries, at most one for each label; 0: one for each label. */
  groups: integer(0, 1024, 0),
  queries: oneOf(['LEARNED', 'LABEL_TEXTS'], 'LEARNED'),
  prompts: PROMPTS,
} as const;

/**
 * Queries q look for their labels among the tokens x: a = LN(q + attention(q, x)), h = LN(a + FFN(a)), and each
 * label has weights of its own on its query's h. One query for each label is Query2Label (Liu et al. 2021, 2107.10834), with
 * one layer and no attention among the queries; `groups` queries for L ÷ `groups` labels each are ML-Decoder (Ridnik et al.
 * 2021, 2111.12933, section 3), whose queries are not learned. Made of the labels' texts, a query is a linear layer on its
 * label's text (as ML-Decoder's are for labels that it has not seen): labels that mean alike look alike.
 */
export const labelQuery = defineHead({
  options: OPTIONS,
  check: (options, name) => {
    checkAttention(options, name);
    checkQueries(options, name);
  },
  prompts: ({ queries, prompts }) => (queries === 'LABEL_TEXTS' ? prompts : null),
  build: (scope, features, numLabels, options, { labelEmbeds }) => {
    const { tokens, width, heads, groups, dropout } = options;
    const embedded = featureTokens(scope, 'head.tokens', features, tokens, width);
    const x = withPositions(scope, 'head.positions', embedded);
    const labelsEach = groups === 0 ? 1 : Math.ceil(numLabels / groups);
    const count = Math.ceil(numLabels / labelsEach);
    const queries =
      options.queries === 'LABEL_TEXTS'
        ? fromTexts(scope, 'head.queries', labelEmbeds, width)
        : learned(scope, 'head.queries', count, width);
    const found = attention(scope, 'head.attention', queries, x, heads);
    const kept = scope.dropout('head.attention.mask', found, dropout);
    const asked = layerNorm(scope, 'head.attention.norm', add(queries, kept));
    const thought = feedForward(scope, 'head.feedForward', asked, FEED_FORWARD * width);
    const branch = scope.dropout('head.feedForward.mask', thought, dropout);
    const answers = layerNorm(scope, 'head.feedForward.norm', add(asked, branch));
    return decodeGroups(scope, 'head.output', answers, labelsEach, numLabels);
  },
});

function checkQueries(options: OptionValues<typeof OPTIONS>, name: string): void {
  const { queries, groups, prompts } = options;
  if (queries === 'LABEL_TEXTS') {
    if (groups !== 0) throw badInput('0 with queries from LABEL_TEXTS', `${name}.groups`, groups);
  } else refusePrompts(prompts, `${name}.queries`, queries);
}

/** `[count, width]` */
function learned(scope: Scope, name: string, count: number, width: number): Node {
  const initializer = { kind: 'uniformFanIn', fanIn: width } as const;
  return scope.parameter(name, [count, width], initializer, { decay: false });
}

/** `labelEmbeds` `[L, D]`, scaled as all embeddings are (src/ml/train/model.ts), to `[L, width]`. */
function fromTexts(scope: Scope, name: string, labelEmbeds: Node, width: number): Node {
  const dimension = labelEmbeds.shape[1] as number;
  return linearLayer(scope, name, mul(labelEmbeds, Math.sqrt(dimension)), width);
}

/** `x` `[B, K, W]` to logits `[B, L]`: row k decodes the k-th `labelsEach` labels; what the last has too many is dropped. */
function decodeGroups(
  scope: Scope,
  name: string,
  x: Node,
  labelsEach: number,
  numLabels: number,
): Node {
  const [batch, count, width] = x.shape as [number | string, number, number];
  const shape = [count, width, labelsEach];
  const initializer = { kind: 'uniformFanIn', fanIn: width } as const;
  const weight = scope.parameter(`${name}.weight`, shape, initializer, { decay: true });
  const bias = scope.parameter(`${name}.bias`, [numLabels], { kind: 'zeros' }, { decay: false });
  // One product for each query, [B, W]·[W, labels], not one for each query and sample.
  const byQuery = matmul(transpose(x, [1, 0, 2]), weight);
  const logits = reshape(transpose(byQuery, [1, 0, 2]), [batch, count * labelsEach]);
  return add(slice(logits, 1, 0, numLabels), bias);
}
