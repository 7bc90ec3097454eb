import { input } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import { topologicalOrder } from '../graph/walk.js';
import { modalitiesOf } from '../nn/fusions/table.js';
import type { Modality } from '../nn/modality.js';
import { optimizerOf } from '../nn/optimizers/table.js';
import { Scope } from '../nn/scope.js';
import { buildLogits, type ModelDimensions } from './model.js';
import type { RunConfig } from './run-config.js';

/**
 * Bytes for each parameter while it is trained: value and gradient in the session, the state that goes in and comes out of a
 * run, the best weights, and a checkpoint being written; and for each slot that its optimizer keeps beside it. Measured with
 * AdamW's two: 70 (75.6 M parameters, 5,338 MB).
 */
const BYTES_PER_PARAMETER = 30;
const BYTES_PER_SLOT = 20;

/**
 * Activations, their gradients and the optimizer's passes over them, float32. ONNX Runtime reuses some: measured, the whole is
 * 1.4 (TRANSFORMER) to 2.2 times (GMLP) what a training takes (batches of 128 to 1,024, up to 1.1 GB).
 */
const COPIES_OF_ACTIVATIONS = 3;

/** About how much memory a training needs, in bytes: for refusing what no machine at hand can train. */
export function trainingMemory(config: RunConfig, dims: ModelDimensions, samples: number): number {
  const scope = new Scope(1);
  const embeds: Partial<Record<Modality, Node>> = {};
  const modalities = modalitiesOf(config.fusion.kind);
  for (const modality of modalities) {
    embeds[modality] = input(modality, [1, dims.embeds[modality]!]);
  }
  const logits = buildLogits(scope, embeds, config, dims.numLabels, dims.cached);
  const parameters = scope.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const slots = optimizerOf(config.optimizer).slots.length;
  let activations = 0;
  // Parameters and what is made of them alone are counted above.
  const perSample = new Set<Node>(Object.values(embeds));
  for (const node of topologicalOrder([logits])) {
    if (node.inputs.some((x) => perSample.has(x))) perSample.add(node);
    // Another shape for the same values takes no memory.
    if (perSample.has(node) && node.op !== 'reshape') activations += sizeOf(node.shape);
  }
  const features = modalities.reduce((sum, modality) => sum + dims.embeds[modality]!, 0);
  return (
    parameters * (BYTES_PER_PARAMETER + slots * BYTES_PER_SLOT) +
    Math.min(config.batchSize, samples) * activations * 4 * COPIES_OF_ACTIVATIONS +
    samples * (features * 4 + dims.numLabels)
  );
}
