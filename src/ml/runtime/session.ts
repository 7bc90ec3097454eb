import type * as ort from 'onnxruntime-node';
import type { TensorData } from '../graph/dtype.js';
import { fromOrt, toOrt } from './convert.js';
import { openInner, type SessionOptions } from './open-inner.js';

export interface TensorSignature {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

export type Tensors = Readonly<Record<string, TensorData>>;

/**
 * States: open → closed. `run` and `close` are refused once closed; whoever opened a session closes it. `run` holds the
 * event loop until it is done, so it belongs in a child process.
 */
export class Session {
  #inner: ort.InferenceSession | undefined;

  private constructor(inner: ort.InferenceSession) {
    this.#inner = inner;
  }

  /** `model`: the bytes of an ONNX file, or its path (needed where weights lie beside it). */
  static async open(model: Uint8Array | string, options: SessionOptions): Promise<Session> {
    return new Session(await openInner(model, options));
  }

  get inputs(): readonly TensorSignature[] {
    return this.#open().inputMetadata.map(signature);
  }

  get outputs(): readonly TensorSignature[] {
    return this.#open().outputMetadata.map(signature);
  }

  /** `fetches`: the outputs wanted; all of them if left out. */
  async run(feeds: Tensors, fetches?: readonly string[]): Promise<Record<string, TensorData>> {
    const inner = this.#open();
    const inputs: Record<string, ort.Tensor> = {};
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toOrt(tensor);
    const results = fetches ? await inner.run(inputs, fetches) : await inner.run(inputs);
    const outputs: Record<string, TensorData> = {};
    for (const [name, tensor] of Object.entries(results)) outputs[name] = fromOrt(tensor);
    return outputs;
  }

  async close(): Promise<void> {
    const inner = this.#open();
    this.#inner = undefined;
    await inner.release();
  }

  #open(): ort.InferenceSession {
    if (!this.#inner) throw new Error('the session is closed');
    return this.#inner;
  }
}

function signature(metadata: ort.InferenceSession.ValueMetadata): TensorSignature {
  if (!metadata.isTensor) return { name: metadata.name, dtype: 'not a tensor', shape: [] };
  return { name: metadata.name, dtype: metadata.type, shape: metadata.shape };
}
