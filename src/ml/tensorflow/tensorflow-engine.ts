import type { Engine } from '../train/engine.js';
import { ProgramRunner } from './program-runner.js';
import { TapeStepRunner } from './tape-step-runner.js';
import type { TensorFlow } from './tensorflow.js';

/**
 * TensorFlow.js, with its own gradients, on whatever backend `tf` has: op by op, with the state on the device.
 * `threads` has no effect, as TensorFlow.js lets nobody choose them.
 */
export function tensorFlowEngine(tf: TensorFlow): Engine {
  return {
    openStep: async (step, start, { shared }) => new TapeStepRunner(tf, step, start, shared),
    openGraph: async (graph, { shared }) => new ProgramRunner(tf, graph, shared),
  };
}
