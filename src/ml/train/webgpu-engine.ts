import { exportGraph } from '../onnx/export-graph.js';
import { DeviceSession } from '../runtime/device-session.js';
import { dispose, upload } from './device-tensors.js';
import type { Engine } from './engine.js';
import { WebGpuStepRunner } from './webgpu-step-runner.js';

/** ONNX Runtime on WebGPU, with our gradients; state and shared feeds stay on the device. */
export const webGpuEngine: Engine = {
  openStep: (step, start, options) => WebGpuStepRunner.open(step, start, options),

  async openGraph(graph, { shared, threads }) {
    const session = await DeviceSession.open(exportGraph(graph), {
      threads,
      outputs: Object.keys(graph.outputs),
      keep: () => false,
    });
    const uploaded = await upload(shared, threads);
    return {
      run: async (feeds) => (await session.run({ ...uploaded.tensors, ...feeds })).values,
      async close() {
        dispose(uploaded.tensors);
        await uploaded.close();
        await session.close();
      },
    };
  },
};
