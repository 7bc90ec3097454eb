import { add, matmul, reshape, slice, transpose } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { attention } from '../attention.js';
import { feedForward } from '../feed-forward.js';
import { layerNorm } from '../layer-norm.js';
import { integer } from '../options.js';
import type { Scope } from '../scope.js';
import { FEED_FORWARD } from './token-options.js';

/** Queries, at most one for each label; 0: one for each label. */
export const GROUPS = integer(0, 1024, 0);

/** How many labels each query is for. */
const labelsOfQuery = (numLabels: number, groups: number): number =>
  groups === 0 ? 1 : Math.ceil(numLabels / groups);

/** As many queries as the labels need, `[count, width]`. */
export function learnedQueries(
  scope: Scope,
  { numLabels, groups, width }: { numLabels: number; groups: number; width: number },
): Node {
  const count = Math.ceil(numLabels / labelsOfQuery(numLabels, groups));
  const initializer = { kind: 'uniformFanIn', fanIn: width } as const;
  return scope.parameter('head.queries', [count, width], initializer, { decay: false });
}

interface Asked {
  /** `[Q, W]` */
  readonly queries: Node;
  /** `[B, T, W]` */
  readonly tokens: Node;
  /** `[B, T]`, where not all tokens of a sample are there. */
  readonly presence?: Node;
  readonly numLabels: number;
}

/**
 * Queries q look for their labels among the tokens x: a = LN(q + attention(q, x)), h = LN(a + FFN(a)), and each
 * label has weights of its own on its query's h. One query for each label is Query2Label (Liu et al. 2021, 2107.10834), with
 * one layer and no attention among the queries; `groups` queries for L ÷ `groups` labels each are ML-Decoder (Ridnik et al.
 * 2021, 2111.12933, section 3), whose queries are not learned. Gives logits `[B, L]`.
 */
export function askTokens(
  scope: Scope,
  { queries, tokens, presence, numLabels }: Asked,
  { heads, groups, dropout }: { heads: number; groups: number; dropout: number },
): Node {
  const width = tokens.shape[2] as number;
  const found = attention(scope, 'head.attention', queries, tokens, heads, presence);
  const kept = scope.dropout('head.attention.mask', found, dropout);
  const asked = layerNorm(scope, 'head.attention.norm', add(queries, kept));
  const thought = feedForward(scope, 'head.feedForward', asked, FEED_FORWARD * width);
  const branch = scope.dropout('head.feedForward.mask', thought, dropout);
  const answers = layerNorm(scope, 'head.feedForward.norm', add(asked, branch));
  return decodeGroups(scope, 'head.output', answers, labelsOfQuery(numLabels, groups), numLabels);
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
