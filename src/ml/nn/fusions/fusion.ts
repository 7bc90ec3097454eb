import type { Node } from '../../graph/node.js';
import type { Modality } from '../modality.js';
import type { Options, OptionValues } from '../options.js';
import type { Scope } from '../scope.js';

/** Makes one feature `[B, D]` of the embeddings that it needs, each `[B, its dimension]`. */
export interface Fusion<O extends Options, M extends Modality> {
  readonly options: O;
  readonly needs: readonly M[];
  build(scope: Scope, embeds: Readonly<Record<M, Node>>, options: OptionValues<O>): Node;
}

export const defineFusion = <const O extends Options, M extends Modality>(
  fusion: Fusion<O, M>,
): Fusion<O, M> => fusion;
