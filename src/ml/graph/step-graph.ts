import { type Graph, inputsOf } from './graph.js';
import { GraphError } from './infer.js';
import { formatShape, sameShape } from './shape.js';
import { verify } from './verify.js';

/**
 * One step of a repeated computation. A state `s` is the input `s` and the output `s`: what the step leaves there is what
 * the next one finds. Inputs in `perStep` have a value of their own in every step; all others stay the same throughout.
 * Outputs that are no state are results of the step.
 */
export interface StepGraph extends Graph {
  readonly states: readonly string[];
  readonly perStep: readonly string[];
}

export function verifyStep<G extends StepGraph>(step: G): G {
  verify(step);
  const inputs = new Map(inputsOf(step).map((node) => [node.attrs.name, node]));
  for (const name of step.states) {
    const before = inputs.get(name);
    const after = step.outputs[name];
    if (!before || !after)
      throw new GraphError(`state \`${name}\`: expected an input and an output`);
    if (before.dtype !== after.dtype || !sameShape(before.shape, after.shape)) {
      throw new GraphError(
        `state \`${name}\`: expected ${before.dtype}${formatShape(before.shape)} after the step but received ` +
          `${after.dtype}${formatShape(after.shape)}`,
      );
    }
  }
  for (const name of step.perStep) {
    if (!inputs.has(name)) throw new GraphError(`per-step input \`${name}\`: expected an input`);
  }
  return step;
}

/** Names of the outputs that are no state. */
export function resultNames(step: StepGraph): string[] {
  return Object.keys(step.outputs).filter((name) => !step.states.includes(name));
}
