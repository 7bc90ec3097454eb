import { inputsOf } from '../graph/graph.js';
import { resultNames, type StepGraph, verifyStep } from '../graph/step-graph.js';
import { lowerGraph } from './lower-graph.js';
import { encodeModel, type OnnxNode, type OnnxValue } from './model.js';

/** The name under which the loop gives back a state after its last step. */
export const finalState = (name: string): string => `final.${name}`;

/**
 * An ONNX file whose one run is `steps` steps: a Loop around the step graph. Its inputs are `steps` (int64 scalar), every
 * state, every shared input, and every per-step input with a leading axis of `steps`; its outputs are `final.<state>`,
 * and every result of the step with a leading axis of `steps`.
 */
export function exportLoop(step: StepGraph): Uint8Array {
  verifyStep(step);
  const states = new Set(step.states);
  const perStep = new Set(step.perStep);
  const results = resultNames(step);
  const ordered = { outputs: pick(step.outputs, [...step.states, ...results]) };
  const local = (name: string) => (states.has(name) || perStep.has(name) ? `step.${name}` : name);
  const { nodes, initializers, outputs } = lowerGraph(ordered, 'v', local, (x) => `next.${x}`);
  const inputs = inputsOf(step).map(({ attrs }) => attrs);
  const byName = new Map(inputs.map((value) => [value.name, value]));
  const picks: OnnxNode[] = step.perStep.map((name) => {
    return { type: 'Gather', inputs: [name, 'iteration'], outputs: [local(name)] };
  });
  const goOn: OnnxNode = { type: 'Identity', inputs: ['goOn'], outputs: ['stillGoOn'] };
  const value = (name: string): Omit<OnnxValue, 'name'> => step.outputs[name]!;
  const named = (name: string, { dtype, shape }: Omit<OnnxValue, 'name'>): OnnxValue => {
    return { name, dtype, shape };
  };
  const stacked = ({ dtype, shape }: Omit<OnnxValue, 'name'>) => {
    return { dtype, shape: ['steps', ...shape] };
  };
  const body = {
    name: 'step',
    nodes: [...picks, ...nodes, goOn],
    initializers,
    inputs: [
      named('iteration', { dtype: 'int64', shape: [] }),
      named('goOn', { dtype: 'bool', shape: [] }),
      ...step.states.map((name) => named(local(name), byName.get(name)!)),
    ],
    outputs: [
      named('stillGoOn', { dtype: 'bool', shape: [] }),
      ...Object.keys(ordered.outputs).map((name, i) => named(outputs[i]!, value(name))),
    ],
  };
  const loop: OnnxNode = {
    type: 'Loop',
    inputs: ['steps', '', ...step.states],
    outputs: [...step.states.map(finalState), ...results],
    attributes: { body: { kind: 'graph', value: body } },
  };
  return encodeModel({
    name: 'loop',
    nodes: [loop],
    initializers: {},
    inputs: [
      named('steps', { dtype: 'int64', shape: [] }),
      ...inputs.map((x) => (perStep.has(x.name) ? named(x.name, stacked(x)) : x)),
    ],
    outputs: [
      ...step.states.map((name) => named(finalState(name), value(name))),
      ...results.map((name) => named(name, stacked(value(name)))),
    ],
  });
}

function pick<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(keys.map((key) => [key, record[key]!]));
}
