import type { Node } from '../../graph/node.js';
import type { Modality } from '../modality.js';
import type { Options, OptionValues } from '../options.js';
import type { Scope } from '../scope.js';

/** Puts a head on features `[B, D]`: logits `[B, L]`. Its parameters are declared in the scope given. */
export type PutHead = (scope: Scope, features: Node) => Node;

/**
 * Brings the embeddings that it needs, each `[B, its dimension]`, together to logits `[B, L]`: most fusions make one feature
 * of them and put the head on that; a late one puts a head on each.
 */
export interface Fusion<O extends Options, M extends Modality> {
  readonly options: O;
  readonly needs: readonly M[];
  build(
    scope: Scope,
    embeds: Readonly<Record<M, Node>>,
    putHead: PutHead,
    options: OptionValues<O>,
  ): Node;
}

export const defineFusion = <const O extends Options, M extends Modality>(
  fusion: Fusion<O, M>,
): Fusion<O, M> => fusion;

/** A fusion that makes one feature `[B, D]`. */
export function defineFeatureFusion<const O extends Options, M extends Modality>({
  options,
  needs,
  fuse,
}: {
  readonly options: O;
  readonly needs: readonly M[];
  fuse(scope: Scope, embeds: Readonly<Record<M, Node>>, options: OptionValues<O>): Node;
}): Fusion<O, M> {
  return {
    options,
    needs,
    build: (scope, embeds, putHead, values) => putHead(scope, fuse(scope, embeds, values)),
  };
}
