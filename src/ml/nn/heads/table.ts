import type { Node } from '../../graph/node.js';
import type { Scope } from '../scope.js';
import type { ConfigOf } from '../variant.js';
import { adapter } from './adapter.js';
import { cosine } from './cosine.js';
import { coupleLabels } from './coupling.js';
import { gmlp } from './gmlp.js';
import type { Head, SharedOptions } from './head.js';
import { labelQuery } from './label-query.js';
import { linear } from './linear.js';
import { mixer } from './mixer.js';
import { mlp } from './mlp.js';
import { transformer } from './transformer.js';

/** Every head by its name in the API. */
export const HEADS = {
  LINEAR: linear,
  MLP: mlp,
  ADAPTER: adapter,
  COSINE: cosine,
  GMLP: gmlp,
  MIXER: mixer,
  TRANSFORMER: transformer,
  LABEL_QUERY: labelQuery,
} as const;
export type HeadKind = keyof typeof HEADS;
export type HeadConfig = ConfigOf<typeof HEADS>;

/** `features` `[B, D]` → logits `[B, L]`. */
export function buildHead(
  scope: Scope,
  features: Node,
  numLabels: number,
  config: HeadConfig,
): Node {
  const head: Head<SharedOptions> = HEADS[config.kind];
  const logits = head.build(scope, features, numLabels, config);
  return coupleLabels(scope, logits, config.coupling);
}
