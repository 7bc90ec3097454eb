import { loadTensorFlow } from '../tensorflow/load-tensorflow.js';
import { tensorFlowEngine } from '../tensorflow/tensorflow-engine.js';
import type { Engine, EngineName } from './engine.js';
import { onnxEngine } from './onnx-engine.js';

const ENGINES: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  onnxruntime: async () => onnxEngine,
  tensorflow: async () => tensorFlowEngine(await loadTensorFlow()),
};

/** @throws NOT_INSTALLED where the engine's package is not there, or not whole */
export function openEngine(name: EngineName): Promise<Engine> {
  return ENGINES[name]();
}
