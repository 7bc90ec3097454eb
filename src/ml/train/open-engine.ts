import { add, input } from '../graph/build.js';
import { DEVICE_REMEDIES, type DeviceFailure, type TrainingDevice } from '../runtime/device.js';
import { loadTensorFlow } from '../tensorflow/load-tensorflow.js';
import { tensorFlowEngine } from '../tensorflow/tensorflow-engine.js';
import type { Engine, EngineName } from './engine.js';
import { cudaEngine, onnxEngine } from './onnx-engine.js';
import { webGpuEngine } from './webgpu-engine.js';

/** ONNX Runtime on each device. */
const ON_DEVICE: Readonly<Record<TrainingDevice, Engine>> = {
  cpu: onnxEngine,
  cuda: cudaEngine,
  webgpu: webGpuEngine,
};

export const engineOn = (device: TrainingDevice): Engine => ON_DEVICE[device];

/**
 * `device`: of ONNX Runtime, which trains on the CPU where it fails; TensorFlow.js chooses its own.
 * @throws NOT_INSTALLED where the engine's package is not there, or not whole
 */
export async function openEngine(name: EngineName, device: TrainingDevice): Promise<Usable> {
  if (name === 'tensorflow') {
    return { engine: tensorFlowEngine(await loadTensorFlow()), device: 'cpu' };
  }
  const engine = engineOn(device);
  if (device === 'cpu') return { engine, device };
  try {
    await computeSomething(engine);
    return { engine, device };
  } catch (cause) {
    const message = `${device} cannot be used, so the CPU trains: ${DEVICE_REMEDIES[device]}`;
    return { engine: engineOn('cpu'), device: 'cpu', failure: { message, cause } };
  }
}

export interface Usable {
  readonly engine: Engine;
  /** Of ONNX Runtime, on which the engine is; `cpu` where another failed, and for every other engine. */
  readonly device: TrainingDevice;
  /** Why it is not the device that was asked for. */
  readonly failure?: DeviceFailure;
}

/** Whether a device is there, and has a driver, shows when it is used. */
async function computeSomething(engine: Engine): Promise<void> {
  const feed = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
  const graph = { outputs: { sum: add(input('x', [1]), input('y', [1])) } };
  const runner = await engine.openGraph(graph, { shared: { x: feed }, threads: 1 });
  try {
    const { sum } = await runner.run({ y: feed });
    if (sum!.data[0] !== 2) throw new Error('it computes wrong results');
  } finally {
    await runner.close();
  }
}
