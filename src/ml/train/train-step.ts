import { gradients } from '../autodiff/gradients.js';
import { input, mul } from '../graph/build.js';
import { dedupe } from '../graph/dedupe.js';
import type { Graph } from '../graph/graph.js';
import { layOut } from '../graph/layout/lay-out.js';
import type { Node } from '../graph/node.js';
import { type StepGraph, verifyStep } from '../graph/step-graph.js';
import { verify } from '../graph/verify.js';
import type { LabelStatistics } from '../nn/losses/label-statistics.js';
import { buildLoss } from '../nn/losses/table.js';
import { AVERAGE, averaged } from '../nn/optimizers/averages.js';
import { clipNorm } from '../nn/optimizers/clip-norm.js';
import { optimizerOf, stepOptimizer } from '../nn/optimizers/table.js';
import { type DropoutMask, type Parameter, Scope, type Statistic } from '../nn/scope.js';
import { trainedBatch } from './mixup.js';
import { buildLogits, type ModelConfig, type ModelDimensions } from './model.js';
import { embedsIn } from './sample-features.js';
import { FEEDS, gatherBatch, meanLoss } from './sample-feeds.js';

export interface TrainStep {
  /** One step: batch, forward, backward, update. Its only result is `loss`, before the update. */
  readonly graph: StepGraph;
  /** For an engine with gradients of its own, the same in two halves: the batch's `loss`, … */
  readonly forward: Graph & { readonly outputs: { readonly loss: Node } };
  /**
   * … and every state after the step, of the states before it, the batch, and the gradients, fed as `gradientFeed` names them.
   */
  readonly update: Graph;
  readonly parameters: readonly Parameter[];
  /** What is kept and evaluated like parameters, and not trained. */
  readonly statistics: readonly Statistic[];
  /** The optimizer's state: name and shape of each, all zero at first. */
  readonly slots: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly masks: readonly DropoutMask[];
  readonly batchSize: number;
}

/** The name under which an optimizer's scalar is fed. */
export const scalarFeed = (name: string): string => `optimizer.${name}`;

/** The name under which `update` is fed a parameter's gradient, in the parameter's shape. */
export const gradientFeed = (parameter: string): string => `gradient.${parameter}`;

/** The state that an optimizer keeps in `slot` beside a parameter, or an average beside a statistic. */
export const slotName = (parameter: string, slot: string): string => `${parameter}.${slot}`;

export function buildTrainStep(
  config: ModelConfig,
  dims: ModelDimensions,
  batchSize: number,
  statistics: LabelStatistics,
): TrainStep {
  const batch = gatherBatch(config, dims, batchSize);
  // A row's weight is its share of a mean over samples and labels.
  const shares = mul(batch.rowWeights, dims.numLabels);
  const scope = new Scope(batchSize, '', [], [], [], shares);
  const trained = trainedBatch(batch, config, dims, batchSize);
  const embeds = embedsIn(trained.features, config.fusion.kind, dims.embeds);
  const logits = buildLogits(scope, embeds, config, dims);
  const { rowWeights } = batch;
  const loss = trained.loss(({ targets, negatives, known }) => {
    const inputs = { logits, targets, negatives, known, rowWeights, statistics };
    return meanLoss(buildLoss(inputs, config.loss), batch);
  });
  const byOurs = gradients(
    loss,
    scope.parameters.map(({ node }) => node),
  );
  const byEngine = scope.parameters.map(({ name, shape }) => input(gradientFeed(name), shape));
  const { states, slots, scalars } = buildUpdates(config, byOurs, scope);
  const graph = {
    outputs: { ...states, loss },
    states: Object.keys(states),
    perStep: [
      FEEDS.rows,
      FEEDS.rowWeights,
      ...trained.feeds,
      ...scope.masks.map(({ name }) => name),
      ...scalars,
    ],
  };
  return {
    graph: verifyStep(layOut(dedupe(graph))),
    forward: verify(dedupe({ outputs: { loss } })),
    update: verify(dedupe({ outputs: buildUpdates(config, byEngine, scope).states })),
    parameters: scope.parameters,
    statistics: scope.statistics,
    slots,
    masks: scope.masks,
    batchSize,
  };
}

/**
 * `gradients`: in the parameters' order and shapes. Statistics are averaged where parameters are: averaged weights make other
 * activations than the last ones, which the last statistics do not describe.
 */
function buildUpdates(
  config: ModelConfig,
  gradients: readonly Node[],
  { parameters, statistics }: Scope,
) {
  const settings = stepOptimizer(config.optimizer);
  const optimizer = optimizerOf(settings);
  const clipped = clipNorm(gradients, settings.clipNorm);
  const scalars: Record<string, Node> = {};
  for (const name of optimizer.scalars) scalars[name] = input(scalarFeed(name), []);
  const states: Record<string, Node> = {};
  const slots: { name: string; shape: readonly number[] }[] = [];
  parameters.forEach(({ name, node, shape, decay }, index) => {
    const before: Record<string, Node> = {};
    for (const slot of optimizer.slots) before[slot] = input(slotName(name, slot), shape);
    const updated = optimizer.update(
      { parameter: node, gradient: clipped[index]!, slots: before, scalars, decay },
      settings,
    );
    states[name] = updated.parameter;
    for (const slot of optimizer.slots) {
      states[slotName(name, slot)] = updated.slots[slot]!;
      slots.push({ name: slotName(name, slot), shape });
    }
  });
  for (const { name, shape, next } of statistics) {
    states[name] = next;
    if (!optimizer.slots.includes(AVERAGE)) continue;
    const average = slotName(name, AVERAGE);
    states[average] = averaged(input(average, shape), next, scalars);
    slots.push({ name: average, shape });
  }
  return { states, slots, scalars: optimizer.scalars.map(scalarFeed) };
}
