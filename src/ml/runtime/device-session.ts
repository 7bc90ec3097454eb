import type * as ort from 'onnxruntime-node';
import type { TensorData } from '../graph/dtype.js';
import { fromOrt, toOrt } from './convert.js';
import { openInner } from './open-inner.js';
import type { Tensors } from './session.js';

/** A tensor in the memory of a GPU. Every session on that GPU takes it as an input. */
export class DeviceTensor {
  constructor(readonly inner: ort.Tensor) {}

  /** Gives the memory back; the tensor is of no use afterwards. Nothing happens the second time. */
  dispose(): void {
    if (this.inner.location !== 'none') this.inner.dispose();
  }
}

export type DeviceTensors = Readonly<Record<string, DeviceTensor>>;

export interface DeviceOutputs {
  /** In the CPU's memory. */
  readonly values: Tensors;
  /** On the device; whoever ran the session disposes of them. */
  readonly kept: DeviceTensors;
}

/**
 * A session on WebGPU that leaves outputs on the device. States: open → closed, as `Session`. ONNX Runtime for Node has no
 * such outputs on CUDA: its buffers are WebGPU's (docs/decisions/0014-devices.md).
 */
export class DeviceSession {
  #inner: ort.InferenceSession | undefined;

  private constructor(
    inner: ort.InferenceSession,
    private readonly kept: ReadonlySet<string>,
  ) {
    this.#inner = inner;
  }

  /** `keep`: whether the output of this name stays on the device. */
  static async open(
    model: Uint8Array,
    { threads, outputs, keep }: DeviceSessionOptions,
  ): Promise<DeviceSession> {
    const kept = new Set(outputs.filter(keep));
    const location = (name: string) => (kept.has(name) ? 'gpu-buffer' : 'cpu');
    const locations = Object.fromEntries(outputs.map((name) => [name, location(name)] as const));
    return new DeviceSession(
      await openInner(model, { threads, device: 'webgpu' }, locations),
      kept,
    );
  }

  async run(feeds: Readonly<Record<string, TensorData | DeviceTensor>>): Promise<DeviceOutputs> {
    const inputs: Record<string, ort.Tensor> = {};
    for (const [name, feed] of Object.entries(feeds)) {
      inputs[name] = feed instanceof DeviceTensor ? feed.inner : toOrt(feed);
    }
    const values: Record<string, TensorData> = {};
    const kept: Record<string, DeviceTensor> = {};
    for (const [name, tensor] of Object.entries(await this.#open().run(inputs))) {
      if (this.kept.has(name)) kept[name] = new DeviceTensor(tensor);
      else values[name] = fromOrt(tensor);
    }
    return { values, kept };
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

export interface DeviceSessionOptions {
  readonly threads: number;
  /** Every output of the model. */
  readonly outputs: readonly string[];
  keep(output: string): boolean;
}
