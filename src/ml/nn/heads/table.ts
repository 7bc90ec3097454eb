import type { Node } from '../../graph/node.js';
import type { Options } from '../options.js';
import type { Scope } from '../scope.js';
import type { ConfigOf } from '../variant.js';
import type { Head } from './head.js';
import { linear } from './linear.js';
import { mlp } from './mlp.js';

/** Every head by its name in the API. */
export const HEADS = { LINEAR: linear, MLP: mlp } as const;
export type HeadKind = keyof typeof HEADS;
export type HeadConfig = ConfigOf<typeof HEADS>;

/** `features` `[B, D]` → logits `[B, L]`. */
export function buildHead(
  scope: Scope,
  features: Node,
  numLabels: number,
  config: HeadConfig,
): Node {
  const head: Head<Options> = HEADS[config.kind];
  return head.build(scope, features, numLabels, config);
}
