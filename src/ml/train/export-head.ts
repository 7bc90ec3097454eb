import { input } from '../graph/build.js';
import { dedupe } from '../graph/dedupe.js';
import type { TensorData } from '../graph/dtype.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { verify } from '../graph/verify.js';
import { modalitiesOf } from '../nn/fusions/table.js';
import type { Modality } from '../nn/modality.js';
import { Scope } from '../nn/scope.js';
import { exportGraph } from '../onnx/export-graph.js';
import { buildLogits, type ModelConfig, type ModelDimensions, scaled } from './model.js';

/** What an exported head takes of each modality: embeddings, or their tokens. */
export type HeadInput = 'embeds' | 'tokens';

/** The name of a modality's input in an exported head. */
export const headInput = (modality: Modality, kind: HeadInput): string => `${modality}_${kind}`;

/**
 * `image_embeds` and/or `text_embeds` `[N, D]`, or `image_tokens` and/or `text_tokens` `[N, tokenRowLength]` → `logits` `[N, L]`; the
 * parameters are inputs too.
 */
export function buildForward(
  config: Pick<ModelConfig, 'head' | 'fusion'>,
  dims: ModelDimensions,
): Graph {
  const embeds: Partial<Record<Modality, Node>> = {};
  for (const modality of modalitiesOf(config.fusion.kind)) {
    const name = headInput(modality, dims.tokens ? 'tokens' : 'embeds');
    embeds[modality] = input(name, ['N', dims.embeds[modality]!]);
  }
  const taken = dims.tokens ? embeds : scaled(embeds);
  const logits = buildLogits(new Scope(null), taken, config, dims);
  return verify(dedupe({ outputs: { logits } }));
}

/** The trained head as an ONNX file that stands alone. */
export function exportHead(
  config: Pick<ModelConfig, 'head' | 'fusion'>,
  dims: ModelDimensions,
  weights: Readonly<Record<string, TensorData>>,
): Uint8Array {
  return exportGraph(buildForward(config, dims), weights);
}
