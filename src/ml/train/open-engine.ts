import { add, input } from '../graph/build.js';
import type { Device } from '../runtime/device.js';
import { loadTensorFlow } from '../tensorflow/load-tensorflow.js';
import { tensorFlowEngine } from '../tensorflow/tensorflow-engine.js';
import type { DeviceFailure } from './device-error.js';
import type { Engine, EngineName } from './engine.js';
import { cudaEngine, onnxEngine } from './onnx-engine.js';
import { webGpuEngine } from './webgpu-engine.js';

/** ONNX Runtime on each device. */
const ON_DEVICE: Readonly<Record<Device, Engine>> = {
  cpu: onnxEngine,
  cuda: cudaEngine,
  webgpu: webGpuEngine,
};

const REMEDIES: Readonly<Record<Exclude<Device, 'cpu'>, string>> = {
  cuda: 'run `npm run setup:cuda`, and see that the driver, CUDA 12 and cuDNN 9 are installed',
  webgpu: 'no GPU with a driver for Vulkan, Metal or Direct3D was found',
};

export const engineOn = (device: Device): Engine => ON_DEVICE[device];

/**
 * `device`: of ONNX Runtime, which trains on the CPU where it fails; TensorFlow.js chooses its own.
 * @throws NOT_INSTALLED where the engine's package is not there, or not whole
 */
export async function openEngine(name: EngineName, device: Device): Promise<Usable> {
  if (name === 'tensorflow') {
    return { engine: tensorFlowEngine(await loadTensorFlow()), device: 'cpu' };
  }
  const engine = engineOn(device);
  if (device === 'cpu') return { engine, device };
  try {
    await computeSomething(engine);
    return { engine, device };
  } catch (cause) {
    const message = `${device} cannot be used, so the CPU trains: ${REMEDIES[device]}`;
    return { engine: engineOn('cpu'), device: 'cpu', failure: { message, cause } };
  }
}

export interface Usable {
  readonly engine: Engine;
  /** Of ONNX Runtime, on which the engine is; `cpu` where another failed, and for every other engine. */
  readonly device: Device;
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
