import { input } from '../graph/build.js';
import { isOp, type Node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import { topologicalOrder } from '../graph/walk.js';
import { type FusionKind, modalitiesOf } from '../nn/fusions/table.js';
import { GIVEN } from '../nn/heads/given.js';
import { isUntrained } from '../nn/heads/table.js';
import type { ByModality } from '../nn/modality.js';
import { optimizerOf } from '../nn/optimizers/table.js';
import { Scope } from '../nn/scope.js';
import { buildLogits, type ModelDimensions } from './model.js';
import { REMEMBERED } from './probe/many-lbfgs.js';
import { sampleMemory } from './resident-samples.js';
import { ROWS_AT_ONCE } from './rows-at-once.js';
import type { RunConfig } from './run-config.js';
import { columnsOf, embedsIn, rowWidth } from './sample-features.js';
import { FEEDS } from './sample-feeds.js';

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

/**
 * Scores of validation and test as computed, in their file, and on their way to the parent, with the samples' targets and what
 * metrics make of them. Measured at 60 million scores: 15.
 */
const BYTES_PER_SCORE = 16;

/** Where nothing is trained, for each row that is evaluated: measured 4.7 to 5.8 values for each cached sample of KNN's 5. */
const COPIES_OF_EVALUATED = 1.3;

/** A cache while it is made, in a session, in the head's file, and in that on its way from process to process. */
const COPIES_OF_CACHE = 5;

/** How many samples a dataset version has, and how many of them are in validation and test. */
export interface SampleCounts {
  readonly all: number;
  readonly heldOut: number;
}

/**
 * About how much memory a training needs that may take `limit` bytes: for refusing what no machine at hand can train. Samples
 * that would take too much of it stay in their file.
 */
export function trainingMemory(
  config: RunConfig,
  dims: ModelDimensions,
  samples: SampleCounts,
  limit: number,
): number {
  const { parameters, activations } = modelSize(config, dims);
  const { optimizer } = config;
  const isProbe = optimizer.kind === 'LBFGS';
  const slots = isProbe ? REMEMBERED : optimizerOf(optimizer).slots.length;
  const untrained = isUntrained(config.head);
  const rows = untrained ? ROWS_AT_ONCE : config.batchSize;
  const copies = untrained ? COPIES_OF_EVALUATED : COPIES_OF_ACTIVATIONS;
  const embeds = usedEmbeds(config.fusion.kind, dims);
  return (
    parameters * (BYTES_PER_PARAMETER + slots * BYTES_PER_SLOT) +
    Math.min(rows, samples.all) * activations * 4 * copies +
    sampleMemory({ embeds, numLabels: dims.numLabels }, samples.all, limit) +
    samples.heldOut * dims.numLabels * BYTES_PER_SCORE +
    cacheBytes(config, dims) * COPIES_OF_CACHE +
    // A probe has what it is fitted to once more, fused: a weight and label for each coordinate.
    (isProbe ? samples.all * ((parameters / dims.numLabels) * 4 + dims.numLabels) : 0)
  );
}

/** What of the training samples goes into the exported head, in bytes; 0 for a head without a cache. */
export function cacheBytes(config: RunConfig, dims: ModelDimensions): number {
  const cached = modelNodes(config, dims).nodes.filter(
    (node) =>
      isOp(node, 'input') &&
      [GIVEN.cacheFeatures, GIVEN.cacheTargets].some((name) => name === node.attrs.name),
  );
  return sum(cached.map(({ shape, dtype }) => sizeOf(shape) * (dtype === 'uint8' ? 1 : 4)));
}

/** How many parameters a model has, and values that it computes for each sample. */
function modelSize(config: RunConfig, dims: ModelDimensions) {
  const { scope, features, nodes } = modelNodes(config, dims);
  let activations = 0;
  // Parameters and what is made of them alone are counted for themselves.
  const perSample = new Set<Node>([features]);
  for (const node of nodes) {
    if (node.inputs.some((x) => perSample.has(x))) perSample.add(node);
    // Another shape for the same values takes no memory.
    if (perSample.has(node) && node.op !== 'reshape') activations += sizeOf(node.shape);
  }
  return { parameters: sum(scope.parameters.map(({ shape }) => sizeOf(shape))), activations };
}

/** The model for one sample, inputs before what is made of them. */
function modelNodes(config: RunConfig, dims: ModelDimensions) {
  const scope = new Scope(1);
  const { kind } = config.fusion;
  const features = input(FEEDS.features, [1, rowWidth(columnsOf(kind, dims.embeds))]);
  const embeds = embedsIn(features, kind, dims.embeds);
  const logits = buildLogits(scope, embeds, config, dims);
  return { scope, features, nodes: topologicalOrder([logits]) };
}

function usedEmbeds(fusion: FusionKind, { embeds }: ModelDimensions): ByModality<number> {
  return Object.fromEntries(modalitiesOf(fusion).map((modality) => [modality, embeds[modality]!]));
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);
