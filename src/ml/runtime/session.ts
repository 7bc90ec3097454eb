import * as ort from 'onnxruntime-node';
import type { Dtype, DtypeArrays, TensorData } from '../graph/dtype.js';

/**
 * How long an idle thread waits for the next op before it sleeps. The gaps within a training step are shorter; ONNX
 * Runtime's own much longer wait burns the cores that the server and other models need: with both cores busy a step of
 * 1024 → 512 → 18 took 17 ms of CPU time with it and 10 ms with this (8 ms on one thread).
 */
const SPIN_MICROSECONDS = '50';

export interface SessionOptions {
  /** Threads inside one op; 1 makes results repeatable bit for bit on one machine. */
  readonly threads: number;
}

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
    if (!Number.isInteger(options.threads) || options.threads < 1) {
      throw new RangeError(
        `expected an integer of at least 1 for \`threads\` but received ${options.threads}`,
      );
    }
    const settings: ort.InferenceSession.SessionOptions = {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: { session: { intra_op: { spin_duration_us: SPIN_MICROSECONDS } } },
    };
    const inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings);
    return new Session(inner);
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
    for (const [name, { dtype, data, shape }] of Object.entries(feeds)) {
      inputs[name] = new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
    }
    const results = fetches ? await inner.run(inputs, fetches) : await inner.run(inputs);
    const outputs: Record<string, TensorData> = {};
    for (const [name, value] of Object.entries(results)) {
      const dtype = value.type as Dtype;
      outputs[name] = { dtype, shape: value.dims, data: value.data as DtypeArrays[Dtype] };
    }
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
