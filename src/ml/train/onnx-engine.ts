import { exportGraph } from '../onnx/export-graph.js';
import { exportLoop, finalState } from '../onnx/export-loop.js';
import { Session } from '../runtime/session.js';
import type { Engine } from './engine.js';

/** ONNX Runtime, with our gradients: all steps of a run are one call of it. */
export const onnxEngine: Engine = {
  async openStep({ graph }, start, { shared, threads }) {
    const session = await Session.open(exportLoop(graph), { threads });
    let state = start;
    return {
      get state() {
        return state;
      },
      async run(feeds) {
        const outputs = await session.run({ ...shared, ...state, ...feeds });
        state = Object.fromEntries(graph.states.map((name) => [name, outputs[finalState(name)]!]));
        return outputs.loss!.data as Float32Array;
      },
      close: () => session.close(),
    };
  },

  async openGraph(graph, { shared, threads }) {
    const session = await Session.open(exportGraph(graph), { threads });
    return {
      run: (feeds) => session.run({ ...shared, ...feeds }),
      close: () => session.close(),
    };
  },
};
