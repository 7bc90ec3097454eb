import { input } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { type KnownLabels, knownLabels } from '../known-labels.js';

/** Names under which graphs are fed what a run is given besides its samples. It stays the same, and is exported with the head. */
export const GIVEN = {
  labelEmbeds: 'labelEmbeds',
  cacheFeatures: 'cache.features',
  cacheTargets: 'cache.targets',
} as const;

export interface Given {
  /** `[L, D]`: the labels' texts as the encoder embeds them, of length 1. */
  readonly labelEmbeds: Node;
  /** The samples that are trained on: features `[K, dimension]`, of length 1, and what is known of their labels, `[K, L]`. */
  cache(dimension: number): { readonly features: Node; readonly labels: KnownLabels };
}

export interface GivenSizes {
  readonly numLabels: number;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Samples that are trained on. */
  readonly cached: number;
  /** Whether a label of a sample may be unknown. */
  readonly hasUnknowns: boolean;
}

/** The nodes of everything that a head may be given: only what it uses becomes part of the graph. */
export function givenNodes({ numLabels, dimension, cached, hasUnknowns }: GivenSizes): Given {
  return {
    labelEmbeds: input(GIVEN.labelEmbeds, [numLabels, dimension]),
    cache: (width) => ({
      features: input(GIVEN.cacheFeatures, [cached, width]),
      labels: knownLabels(input(GIVEN.cacheTargets, [cached, numLabels], 'uint8'), hasUnknowns),
    }),
  };
}
