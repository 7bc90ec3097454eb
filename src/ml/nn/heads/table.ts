import type { Node } from '../../graph/node.js';
import type { Options } from '../options.js';
import type { Scope } from '../scope.js';
import type { ConfigOf } from '../variant.js';
import { adapter } from './adapter.js';
import { cosine } from './cosine.js';
import { coupleLabels } from './coupling.js';
import type { Given } from './given.js';
import { gmlp } from './gmlp.js';
import type { Head } from './head.js';
import { knn } from './knn.js';
import { labelQuery } from './label-query.js';
import { linear } from './linear.js';
import { mixer } from './mixer.js';
import { mlp } from './mlp.js';
import { textBlended } from './text-blended.js';
import { tipAdapter } from './tip-adapter.js';
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
  ZERO_SHOT: zeroShot,
  KNN: knn,
  TIP_ADAPTER: tipAdapter,
} as const;
export type HeadKind = keyof typeof HEADS;
export type HeadConfig = ConfigOf<typeof HEADS>;

const headOf = (config: HeadConfig): Head<Options> => HEADS[config.kind];

/** `features` `[B, D]` → logits `[B, L]`. */
export function buildHead(
  scope: Scope,
  features: Node,
  numLabels: number,
  config: HeadConfig,
  given: Given,
): Node {
  const logits = headOf(config).build(scope, features, numLabels, config, given);
  return 'coupling' in config ? coupleLabels(scope, logits, config.coupling) : logits;
}

/** Whether a run of it is one pass over the samples, with nothing to train. */
export const isUntrained = (config: HeadConfig): boolean => headOf(config).untrained ?? false;

/** Whether its features must lie in the encoder's space, to be compared with the labels' texts. */
export const needsEncoderSpace = (config: HeadConfig): boolean =>
  headOf(config).inEncoderSpace?.(config) ?? false;

/** The prompts that make the labels' texts; null for a head that needs none. */
export const promptsOf = (config: HeadConfig): readonly string[] | null =>
  headOf(config).prompts?.(config) ?? null;
