import type { Node } from '../../graph/node.js';
import type { ByModality } from '../modality.js';
import type { Options } from '../options.js';
import type { Scope } from '../scope.js';
import type { TokenSequence } from '../token-sequence.js';
import type { ConfigOf } from '../variant.js';
import { adapter } from './adapter.js';
import { cosine } from './cosine.js';
import { coupleLabels } from './coupling.js';
import type { Given } from './given.js';
import { gmlp } from './gmlp.js';
import type { Head, TokenHead } from './head.js';
import { knn } from './knn.js';
import { labelQuery } from './label-query.js';
import { linear } from './linear.js';
import { mixer } from './mixer.js';
import { mlp } from './mlp.js';
import { textBlended } from './text-blended.js';
import { tipAdapter } from './tip-adapter.js';
import { tokenQuery } from './token-query.js';
import { transformer } from './transformer.js';
import { zeroShot } from './zero-shot.js';

/** Every head by its name in the API. */
export const HEADS = {
  LINEAR: linear,
  MLP: mlp,
  ADAPTER: adapter,
  COSINE: cosine,
  TEXT_BLENDED: textBlended,
  GMLP: gmlp,
  MIXER: mixer,
  TRANSFORMER: transformer,
  LABEL_QUERY: labelQuery,
  TOKEN_QUERY: tokenQuery,
  ZERO_SHOT: zeroShot,
  KNN: knn,
  TIP_ADAPTER: tipAdapter,
} as const;
export type HeadKind = keyof typeof HEADS;
export type HeadConfig = ConfigOf<typeof HEADS>;

const headOf = (config: HeadConfig): Head<Options> | TokenHead<Options> => HEADS[config.kind];

/** `features` `[B, D]` → logits `[B, L]`. */
export function buildHead(
  scope: Scope,
  features: Node,
  numLabels: number,
  config: HeadConfig,
  given: Given,
): Node {
  const head = headOf(config);
  if ('overTokens' in head) throw new Error(`${config.kind} takes tokens, no features`);
  return coupled(scope, head.build(scope, features, numLabels, config, given), config);
}

/** An encoder's tokens → logits `[B, L]`. */
export function buildTokenHead(
  scope: Scope,
  sequences: ByModality<TokenSequence>,
  numLabels: number,
  config: HeadConfig,
): Node {
  const head = headOf(config);
  if (!('overTokens' in head)) throw new Error(`${config.kind} takes features, no tokens`);
  return coupled(scope, head.build(scope, sequences, numLabels, config), config);
}

const coupled = (scope: Scope, logits: Node, config: HeadConfig): Node =>
  'coupling' in config ? coupleLabels(scope, logits, config.coupling) : logits;

/** Whether it attends to the encoder's own tokens, in place of features of pooled embeddings. */
export const isOverTokens = (config: HeadConfig): boolean => 'overTokens' in headOf(config);

/** Whether a run of it is one pass over the samples, with nothing to train. */
export const isUntrained = (config: HeadConfig): boolean => {
  const head = headOf(config);
  return !('overTokens' in head) && (head.untrained ?? false);
};

/** Whether its features must lie in the encoder's space, to be compared with the labels' texts. */
export const needsEncoderSpace = (config: HeadConfig): boolean => {
  const head = headOf(config);
  return !('overTokens' in head) && (head.inEncoderSpace?.(config) ?? false);
};

/** The prompts that make the labels' texts; null for a head that needs none. */
export const promptsOf = (config: HeadConfig): readonly string[] | null =>
  headOf(config).prompts?.(config) ?? null;
