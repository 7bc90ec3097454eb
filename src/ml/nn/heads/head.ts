import type { Node } from '../../graph/node.js';
import type { Options, OptionValues } from '../options.js';
import type { Scope } from '../scope.js';

/** Maps fused features `[B, D]` to logits `[B, L]`. */
export interface Head<O extends Options> {
  readonly options: O;
  build(scope: Scope, features: Node, numLabels: number, options: OptionValues<O>): Node;
}

/** Keeps the types of the options. */
export const defineHead = <const O extends Options>(head: Head<O>): Head<O> => head;
