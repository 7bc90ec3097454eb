import { mul } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { buildFusion, type FusionConfig } from '../nn/fusions/table.js';
import { unit } from '../nn/heads/cosines.js';
import { givenNodes } from '../nn/heads/given.js';
import { buildHead, buildTokenHead, type HeadConfig } from '../nn/heads/table.js';
import type { LossConfig } from '../nn/losses/table.js';
import type { ByModality, Modality } from '../nn/modality.js';
import type { OptimizerConfig } from '../nn/optimizers/table.js';
import { Scope } from '../nn/scope.js';
import { tokenSequences } from '../nn/token-sequence.js';
import type { TokenShapes } from '../nn/token-shape.js';
import { embedScale } from './sample-features.js';

/** The part of a run's settings that decides which graphs it needs. */
export interface ModelConfig {
  readonly head: HeadConfig;
  readonly fusion: FusionConfig;
  readonly loss: LossConfig;
  readonly optimizer: OptimizerConfig;
  /** The α of mixup; 0: none. */
  readonly mixup: number;
}

export interface ModelDimensions {
  /** Length of an embedding, for each modality at hand. */
  readonly embeds: ByModality<number>;
  /** Of a head over tokens: what the embeddings are instead, rows of tokens. */
  readonly tokens?: TokenShapes | undefined;
  readonly numLabels: number;
  /** Samples that are trained on, for heads that keep them. */
  readonly cached?: number;
  /** Whether a label of a sample may be unknown. */
  readonly hasUnknowns?: boolean;
}

/** `embeds`: each `[B, its dimension]`, scaled where they are no tokens. Gives logits `[B, L]`. */
export function buildLogits(
  scope: Scope,
  embeds: ByModality<Node>,
  config: Pick<ModelConfig, 'head' | 'fusion'>,
  { numLabels, tokens, cached = 0, hasUnknowns = false }: Omit<ModelDimensions, 'embeds'>,
): Node {
  if (tokens) {
    const sequences = tokenSequences(scope, embeds, tokens, config.fusion);
    return buildTokenHead(scope, sequences, numLabels, config.head);
  }
  // The labels' texts come from the same encoder, whose embeddings all have one length.
  const dimension = Object.values(embeds)[0]!.shape[1] as number;
  const given = givenNodes({ numLabels, dimension, cached, hasUnknowns });
  const putHead = (where: Scope, features: Node) =>
    buildHead(where, features, numLabels, config.head, given);
  return buildFusion(scope, embeds, putHead, config.fusion);
}

/** The same embeds to the features `[B, D]` that the head would get; for fusions without parameters that put one head on them. */
export function buildFeatures(embeds: ByModality<Node>, fusion: FusionConfig): Node {
  return buildFusion(new Scope(null), embeds, (_scope, fused) => fused, fusion);
}

/** Those features, of length 1. */
export function buildUnitFeatures(embeds: ByModality<Node>, fusion: FusionConfig): Node {
  return unit(buildFeatures(embeds, fusion));
}

/** Embeddings as encoders give them, L2-normalised, as the model takes them. */
export function scaled(embeds: ByModality<Node>): ByModality<Node> {
  const scaled: Partial<Record<Modality, Node>> = {};
  for (const [modality, node] of Object.entries(embeds) as [Modality, Node][]) {
    scaled[modality] = mul(node, embedScale(node.shape[1] as number));
  }
  return scaled;
}
