import { exportGraph } from '../onnx/export-graph.js';
import { DeviceSession } from '../runtime/device-session.js';
import { upload } from './device-tensors.js';
import type { Engine } from './engine.js';
import { openAll } from './open-all.js';
import { WebGpuStepRunner } from './webgpu-step-runner.js';

/** ONNX Runtime on WebGPU, with our gradients; state and shared feeds stay on the device. */
export const webGpuEngine: Engine = {
  openStep: (step, start, options) => WebGpuStepRunner.open(step, start, options),

  openGraph: (graph, { shared, threads }) =>
    openAll(async (opened) => {
      const session = await opened(
        DeviceSession.open(exportGraph(graph), {
          threads,
          outputs: Object.keys(graph.outputs),
          keep: () => false,
        }),
      );
      const uploaded = await opened(upload(shared, threads));
      return {
        run: async (feeds) => (await session.run({ ...uploaded.tensors, ...feeds })).values,
        async close() {
          await uploaded.close();
          await session.close();
        },
      };
    }),
};
