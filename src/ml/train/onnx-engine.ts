import { exportGraph } from '../onnx/export-graph.js';
import { exportLoop, finalState } from '../onnx/export-loop.js';
import { Session } from '../runtime/session.js';
import type { Engine } from './engine.js';

/** ONNX Runtime, with our gradients: all steps of a run are one call of it. */
export const onnxEngine: Engine = loopEngine('cpu');

/** The state stays on the GPU for as long as one run of the loop takes, so runs are longer here. */
export const cudaEngine: Engine = { ...loopEngine('cuda'), runMilliseconds: 1_000 };

function loopEngine(device: 'cpu' | 'cuda'): Engine {
  return {
    async openStep({ graph }, start, { shared, threads }) {
      const session = await Session.open(exportLoop(graph), { threads, device });
      let state = start;
      return {
        state: async () => state,
        async run(feeds) {
          const outputs = await session.run({ ...shared, ...state, ...feeds });
          const entries = graph.states.map((name) => [name, outputs[finalState(name)]!]);
          state = Object.fromEntries(entries);
          return outputs.loss!.data as Float32Array;
        },
        close: () => session.close(),
      };
    },

    async openGraph(graph, { shared, threads }) {
      const session = await Session.open(exportGraph(graph), { threads, device });
      return {
        run: (feeds) => session.run({ ...shared, ...feeds }),
        close: () => session.close(),
      };
    },
  };
}
