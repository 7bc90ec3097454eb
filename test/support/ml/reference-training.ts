import type { TensorData } from '../../../src/ml/graph/dtype.js';
import type { StepGraph } from '../../../src/ml/graph/step-graph.js';
import { interpret } from '../../../src/ml/interpret/interpret.js';
import { makeValue, type Value } from '../../../src/ml/interpret/value.js';

export function toValue({ data, shape }: TensorData): Value {
  return makeValue(Array.from<number | bigint, number>(data, Number), shape);
}

/**
 * Repeats a step graph in float64, feeding it as the loop in ONNX Runtime is fed: `feeds` has the per-step inputs with a
 * leading axis of steps. Returns each step's loss and the final states.
 */
export function repeatStep(
  graph: StepGraph,
  start: Readonly<Record<string, TensorData>>,
  feeds: Readonly<Record<string, TensorData>>,
): { losses: number[]; states: Record<string, Value> } {
  const steps = Number(feeds.steps!.data[0]);
  const shared: Record<string, Value> = {};
  const perStep: Record<string, Value> = {};
  for (const [name, tensor] of Object.entries(feeds)) {
    (graph.perStep.includes(name) ? perStep : shared)[name] = toValue(tensor);
  }
  let states = Object.fromEntries(graph.states.map((name) => [name, toValue(start[name]!)]));
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const own = Object.entries(perStep).map(([name, { shape, data }]) => {
      const size = data.length / steps;
      return [name, makeValue(data.subarray(step * size, (step + 1) * size), shape.slice(1))];
    });
    const result = interpret(graph, { ...shared, ...states, ...Object.fromEntries(own) });
    losses.push(result.loss!.data[0]!);
    states = Object.fromEntries(graph.states.map((name) => [name, result[name]!]));
  }
  return { losses, states };
}
