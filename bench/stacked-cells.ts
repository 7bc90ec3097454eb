import { gradients } from '../src/ml/autodiff/gradients.js';
import {
  add,
  concat,
  gemm,
  input,
  matmul,
  mul,
  reduceSum,
  reshape,
  softplus,
  sub,
  transpose,
} from '../src/ml/graph/build.js';
import { dedupe } from '../src/ml/graph/dedupe.js';
import type { TensorData } from '../src/ml/graph/dtype.js';
import { layOut } from '../src/ml/graph/layout/lay-out.js';
import type { Node } from '../src/ml/graph/node.js';
import { type StepGraph, verifyStep } from '../src/ml/graph/step-graph.js';
import { ACTIVATIONS } from '../src/ml/nn/activations.js';
import { optimizerOf, stepOptimizer } from '../src/ml/nn/optimizers/table.js';
import type { ModelDimensions } from '../src/ml/train/model.js';
import type { RunConfig } from '../src/ml/train/run-config.js';
import { gatherBatch } from '../src/ml/train/sample-feeds.js';
import { scalarFeed, slotName, type TrainStep } from '../src/ml/train/train-step.js';

/** Parameters and optimizer slots by name. */
export type State = Record<string, TensorData>;

/** `cells` models of one hidden layer, or none, as one step; parameters with a leading axis of cells. */
export function stackedStep(
  config: RunConfig,
  dims: ModelDimensions,
  one: TrainStep,
  cells: number,
): StepGraph {
  const { batchSize } = one;
  const dimension = dims.embeds.image!;
  const { numLabels } = dims;
  const batch = gatherBatch(config, dims, batchSize);
  const parameters = one.parameters.map(({ name, shape, decay }) => {
    return { name, decay, node: input(name, [cells, ...shape]) };
  });
  const parameter = (name: string) => parameters.find((each) => each.name === name)!.node;
  const x = batch.features;
  const first = (name: string, width: number) => {
    const bias = reshape(parameter(`${name}.bias`), [cells * width]);
    const weight = reshape(parameter(`${name}.weight`), [cells * width, dimension]);
    return gemm(x, weight, { transB: true, bias });
  };
  let logits: Node;
  if (config.head.kind !== 'MLP') {
    logits = first('head.output', numLabels);
  } else {
    const width = config.head.hidden[0]!;
    const hidden = ACTIVATIONS.GELU(first('head.hidden0', width));
    const byCell = transpose(reshape(hidden, [batchSize, cells, width]), [1, 0, 2]);
    const product = matmul(byCell, transpose(parameter('head.output.weight'), [0, 2, 1]));
    const biased = add(product, reshape(parameter('head.output.bias'), [cells, 1, numLabels]));
    logits = reshape(transpose(biased, [1, 0, 2]), [batchSize, cells * numLabels]);
  }
  const targets = concat(Array<Node>(cells).fill(batch.targets), 1);
  const losses = mul(sub(softplus(logits), mul(targets, logits)), batch.rowWeights);
  const loss = reduceSum(reshape(reduceSum(losses, [0]), [cells, numLabels]), [1]);
  const found = gradients(
    reshape(reduceSum(loss, [0], true), []),
    parameters.map(({ node }) => node),
  );
  const settings = stepOptimizer(config.optimizer);
  const optimizer = optimizerOf(settings);
  const scalars = Object.fromEntries(
    optimizer.scalars.map((name) => [name, input(scalarFeed(name), [])]),
  );
  const states: Record<string, Node> = {};
  parameters.forEach(({ name, node, decay }, i) => {
    const slots = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, input(slotName(name, slot), node.shape)]),
    );
    const update = { parameter: node, gradient: found[i]!, slots, scalars, decay };
    const updated = optimizer.update(update, settings);
    states[name] = updated.parameter;
    for (const slot of optimizer.slots) states[slotName(name, slot)] = updated.slots[slot]!;
  });
  const graph = {
    outputs: { ...states, loss },
    states: Object.keys(states),
    perStep: one.graph.perStep,
  };
  return verifyStep(layOut(dedupe(graph)));
}

/** The states of several cells as that of their stack. */
export function stack(states: readonly State[]): State {
  return Object.fromEntries(
    Object.entries(states[0]!).map(([name, { shape }]) => {
      const all = states.map((state) => state[name]!.data as Float32Array);
      const data = new Float32Array(all.length * all[0]!.length);
      for (const [i, part] of all.entries()) data.set(part, i * part.length);
      return [name, { dtype: 'float32' as const, shape: [all.length, ...shape], data }];
    }),
  );
}
