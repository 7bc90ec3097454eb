import type { Node } from '../../graph/node.js';
import { integer, type Options, type OptionValues } from '../options.js';
import type { Scope } from '../scope.js';

/** Maps fused features `[B, D]` to logits `[B, L]`. */
export interface Head<O extends Options> {
  readonly options: O;
  /** Throws BAD_USER_INPUT for options that do not go together; `name` is that of the head. */
  check?(options: OptionValues<O>, name: string): void;
  build(scope: Scope, features: Node, numLabels: number, options: OptionValues<O>): Node;
}

/** Options of every head. */
const SHARED = {
  /** The rank of the coupling of labels (coupling.ts); 0: none. */
  coupling: integer(0, 256, 0),
} as const satisfies Options;
export type SharedOptions = typeof SHARED;

/** Keeps the types of the options, and adds those that every head has: `buildHead` applies them. */
export function defineHead<const O extends Options>(head: Head<O>): Head<O & SharedOptions> {
  return { ...head, options: { ...head.options, ...SHARED } };
}
