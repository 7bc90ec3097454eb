import type { Node } from '../../graph/node.js';
import type { ByModality, Modality } from '../modality.js';
import type { Options } from '../options.js';
import type { Scope } from '../scope.js';
import type { ConfigOf } from '../variant.js';
import { concat } from './concat.js';
import { crossAttention } from './cross-attention.js';
import { film } from './film.js';
import type { Fusion, PutHead } from './fusion.js';
import { gated } from './gated.js';
import { hadamard } from './hadamard.js';
import { imageOnly } from './image-only.js';
import { interaction } from './interaction.js';
import { late } from './late.js';
import { max } from './max.js';
import { mean } from './mean.js';
import { mfb } from './mfb.js';
import { mlb } from './mlb.js';
import { mutan } from './mutan.js';
import { sum } from './sum.js';
import { textOnly } from './text-only.js';
import { weightedSum } from './weighted-sum.js';

/** Every fusion by its name in the API. */
export const FUSIONS = {
  IMAGE_ONLY: imageOnly,
  TEXT_ONLY: textOnly,
  CONCAT: concat,
  SUM: sum,
  MEAN: mean,
  MAX: max,
  WEIGHTED_SUM: weightedSum,
  HADAMARD: hadamard,
  INTERACTION: interaction,
  GATED: gated,
  FILM: film,
  MLB: mlb,
  MFB: mfb,
  MUTAN: mutan,
  CROSS_ATTENTION: crossAttention,
  LATE: late,
} as const;
export type FusionKind = keyof typeof FUSIONS;
export type FusionConfig = ConfigOf<typeof FUSIONS>;

/** Those whose features lie in the space of the embeddings, coordinate by coordinate. */
export const IN_ENCODER_SPACE: readonly FusionKind[] = [
  'IMAGE_ONLY',
  'TEXT_ONLY',
  'SUM',
  'MEAN',
  'MAX',
  'WEIGHTED_SUM',
  'LATE',
];

/** Those that a head over tokens can be told: whose tokens it gets, in one sequence. */
export const OF_TOKENS: readonly FusionKind[] = ['IMAGE_ONLY', 'TEXT_ONLY', 'CONCAT'];

/** Those that have no parameters of their own; a stand-in for a missing modality is one. */
export const WITHOUT_PARAMETERS: readonly FusionKind[] = [
  'IMAGE_ONLY',
  'TEXT_ONLY',
  'CONCAT',
  'SUM',
  'MEAN',
  'MAX',
  'INTERACTION',
];

/** What a sample must have to be used with a fusion: `all` of the modalities, or at least one. */
export interface Requirement {
  readonly modalities: readonly Modality[];
  readonly all: boolean;
}

/** Where one modality may be dropped, a learned vector stands in for one that is missing. */
export function requirementOf(config: FusionConfig): Requirement {
  return { modalities: modalitiesOf(config.kind), all: !standsIn(config) };
}

/** Whether a learned vector stands in for a missing modality. */
export const standsIn = (config: FusionConfig): boolean =>
  'modalityDropout' in config && config.modalityDropout > 0;

/** The modalities whose embeddings this fusion takes. */
export function modalitiesOf(kind: FusionKind): readonly Modality[] {
  return FUSIONS[kind].needs;
}

/** `embeds`: each `[B, its dimension]`, at least those needed. Gives logits `[B, L]`. */
export function buildFusion(
  scope: Scope,
  embeds: ByModality<Node>,
  putHead: PutHead,
  config: FusionConfig,
): Node {
  const fusion: Fusion<Options, Modality> = FUSIONS[config.kind];
  for (const modality of fusion.needs) {
    if (!embeds[modality]) throw new Error(`${config.kind}: expected ${modality} embeddings`);
  }
  return fusion.build(scope, embeds as Record<Modality, Node>, putHead, config);
}
