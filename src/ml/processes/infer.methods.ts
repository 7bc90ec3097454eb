import type { EncoderDescription } from '../clip/encoder-description.js';
import type { TensorData } from '../graph/dtype.js';
import type { Device } from '../runtime/device.js';
import type { Tensors } from '../runtime/session.js';

export type InferMethods = {
  /** RGB levels `[count, H, W, 3]` to L2-normalised rows `[count, dimension]`. */
  embedImages: {
    payload: { encoder: EncoderDescription; levels: Uint8Array; count: number };
    result: Float32Array;
  };
  /** Texts to L2-normalised rows `[texts.length, dimension]`. */
  embedTexts: {
    payload: { encoder: EncoderDescription; texts: readonly string[] };
    result: Float32Array;
  };
  /** Any ONNX file that our own server wrote, its inputs by name; all its outputs where `fetches` is left out. */
  runHead: {
    payload: { path: string; feeds: Tensors; fetches?: readonly string[] };
    result: Record<string, TensorData>;
  };
};

export interface InferSettings {
  /** Threads of one session. */
  readonly threads: number;
  /** Where encoders run; the CPU if left out. Heads are small: they run on the CPU. */
  readonly device?: Device;
}
