import type { Node } from '../../graph/node.js';
import type { ByModality } from '../modality.js';
import { integer, type Options, type OptionValues } from '../options.js';
import type { Scope } from '../scope.js';
import type { TokenSequence } from '../token-sequence.js';
import type { Given } from './given.js';

/** Maps fused features `[B, D]` to logits `[B, L]`. */
export interface Head<O extends Options> {
  readonly options: O;
  /** Whether it has no parameters: what it is given is all it knows. Left out: it is trained. */
  readonly untrained?: boolean;
  /** Throws BAD_USER_INPUT for options that do not go together; `name` is that of the head. */
  check?(options: OptionValues<O>, name: string): void;
  /** Whether features are compared with the labels' texts, and so must lie in the encoder's space. Left out: no. */
  inEncoderSpace?(options: OptionValues<O>): boolean;
  /** The prompts that make the labels' texts; left out or null where it needs none. */
  prompts?(options: OptionValues<O>): readonly string[] | null;
  build(
    scope: Scope,
    features: Node,
    numLabels: number,
    options: OptionValues<O>,
    given: Given,
  ): Node;
}

/** Maps an encoder's tokens to logits `[B, L]`. */
export interface TokenHead<O extends Options>
  extends Omit<Head<O>, 'untrained' | 'inEncoderSpace' | 'build'> {
  readonly overTokens: true;
  build(
    scope: Scope,
    sequences: ByModality<TokenSequence>,
    numLabels: number,
    options: OptionValues<O>,
  ): Node;
}

/** Options of every head that is trained. */
const SHARED = {
  /** The rank of the coupling of labels (coupling.ts); 0: none. */
  coupling: integer(0, 256, 0),
} as const satisfies Options;
export type SharedOptions = typeof SHARED;

/** Keeps the types of the options, and adds those that every trained head has: `buildHead` applies them. */
export function defineHead<const O extends Options>(head: Head<O>): Head<O & SharedOptions> {
  return { ...head, options: { ...head.options, ...SHARED } };
}

/** The same for a head over the encoder's tokens. */
export const defineTokenHead = <const O extends Options>(
  head: Omit<TokenHead<O>, 'overTokens'>,
): TokenHead<O & SharedOptions> => ({
  ...head,
  options: { ...head.options, ...SHARED },
  overTokens: true,
});

export const defineUntrainedHead = <const O extends Options>(head: Head<O>): Head<O> => ({
  ...head,
  untrained: true,
});
