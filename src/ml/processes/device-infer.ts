import { DRIFT_IMAGES, DRIFT_TEXTS, driftImages } from '../clip/drift-samples.js';
import type { EmbeddingRunner, EmbedOptions } from '../clip/embed-ports.js';
import type { EmbeddingPlan } from '../clip/embedding-plan.js';
import type { EncoderDescription } from '../clip/encoder-description.js';
import { lowestCosine } from '../clip/lowest-cosine.js';
import type { TensorData } from '../graph/dtype.js';
import type { Device, DeviceFailure } from '../runtime/device.js';
import type { Tensors } from '../runtime/session.js';
import type { DeviceSearch } from './find-devices.js';
import type { InferProcess, InferRequestOptions } from './infer-process.js';
import type { PlannedInfer } from './planned-infer.js';

export interface DeviceInferOptions {
  /** Closed with this. */
  readonly cpu: CpuRunner;
  /** Where to embed; asked at the first embedding. */
  search(): Promise<Pick<DeviceSearch, 'device' | 'failure'>>;
  /** Closed with this. */
  openDevice(device: Device): DeviceRunner;
  /** Told once of each encoder that the device failed with. */
  onFailure(failure: DeviceFailure): void;
}

type CpuRunner = Pick<
  PlannedInfer,
  'processes' | 'candidates' | 'use' | 'embedImages' | 'embedTexts' | 'runHead' | 'close'
>;
export type DeviceRunner = Pick<InferProcess, 'embedImages' | 'embedTexts' | 'close'>;

/** The lowest cosine to the CPU's vectors of the same towers. In FP16 the CPU computes in FP32, and only a device in FP16. */
const LEAST_COSINE = { FP32: 0.999_99, FP16: 0.999 } as const;

/**
 * Embeds on a device, and on the CPU what that does not do.
 *
 * An encoder:   new ──its drawings and captions are embedded on both──▶ on the device ──something throws there──▶ on the CPU
 *                └──they differ, or the device throws────────────────────────────────────────────────────────────▶ on the CPU
 *
 * What was under way when the device failed is computed by the CPU; whoever asked hears why, then and with everything after. What
 * the CPU cannot do either is no failure of the device. INT8 is the CPU's: devices compute it in pieces, and more slowly.
 */
export class DeviceInfer implements EmbeddingRunner {
  readonly processes: number;
  readonly #cpu: CpuRunner;
  #device: Promise<{ device: Device; runner?: DeviceRunner; failure?: DeviceFailure }> | undefined;
  /** By revision: why an encoder is not on the device, or undefined where it is. */
  readonly #encoders = new Map<string, Promise<DeviceFailure | undefined>>();

  constructor(private readonly options: DeviceInferOptions) {
    this.#cpu = options.cpu;
    this.processes = this.#cpu.processes;
  }

  /** What the CPU may be told to `use`, the first by default; no other where the device embeds. */
  async candidates(encoder: EncoderDescription): Promise<EmbeddingPlan[]> {
    const plans = this.#cpu.candidates(encoder);
    const { runner } = await this.#open();
    return runner && encoder.precision !== 'INT8' ? plans.slice(0, 1) : plans;
  }

  /** From here on the CPU runs this encoder so. */
  use(encoder: EncoderDescription, plan: EmbeddingPlan): void {
    this.#cpu.use(encoder, plan);
  }

  embedImages(
    encoder: EncoderDescription,
    levels: Uint8Array,
    count: number,
    options: EmbedOptions = {},
  ): Promise<Float32Array> {
    return this.#embed(encoder, options, (runner, more) =>
      runner.embedImages(encoder, levels, count, more),
    );
  }

  embedTexts(
    encoder: EncoderDescription,
    texts: readonly string[],
    options: EmbedOptions = {},
  ): Promise<Float32Array> {
    return this.#embed(encoder, options, (runner, more) => runner.embedTexts(encoder, texts, more));
  }

  /** Heads are small: the CPU runs them. */
  runHead(
    path: string,
    feeds: Tensors,
    options?: InferRequestOptions & { readonly fetches?: readonly string[] },
  ): Promise<Record<string, TensorData>> {
    return this.#cpu.runHead(path, feeds, options);
  }

  async close(): Promise<void> {
    const device = await this.#device?.catch(() => undefined);
    await Promise.all([this.#cpu.close(), device?.runner?.close()]);
  }

  async #embed(
    encoder: EncoderDescription,
    { onFallback, ...options }: EmbedOptions,
    work: (runner: Runner, options: InferRequestOptions) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    const { device, runner, failure: unusable } = await this.#open();
    if (!runner || encoder.precision === 'INT8') {
      if (unusable) onFallback?.(unusable.message);
      return work(this.#cpu, options);
    }
    const known = this.#encoders.get(encoder.revision) ?? this.#check(encoder, device, runner);
    this.#encoders.set(encoder.revision, known);
    const failed = await known;
    if (failed) {
      onFallback?.(failed.message);
      return work(this.#cpu, options);
    }
    try {
      return await work(runner, options);
    } catch (cause) {
      options.signal?.throwIfAborted();
      const vectors = await work(this.#cpu, options);
      // Batches that were under way beside this one fail with it: one of them tells.
      if (this.#encoders.get(encoder.revision) === known) {
        const message =
          `${device} failed in the middle of an embedding, so the CPU embeds from here on; ` +
          '`CLIPWRIGHT_DEVICE=cpu` keeps embeddings off it';
        this.#encoders.set(encoder.revision, this.#failed({ message, cause }));
      }
      const failure = await this.#encoders.get(encoder.revision);
      if (failure) onFallback?.(failure.message);
      return vectors;
    }
  }

  #open() {
    this.#device ??= this.options.search().then(
      ({ device, failure }) => {
        if (failure) this.options.onFailure(failure);
        if (device === 'cpu') return { device, ...(failure && { failure }) };
        return { device, runner: this.options.openDevice(device) };
      },
      (error) => {
        this.#device = undefined;
        throw error;
      },
    );
    return this.#device;
  }

  /** @throws what goes wrong on the CPU: the encoder is checked again by whoever asks next */
  async #check(
    encoder: EncoderDescription,
    device: Device,
    runner: DeviceRunner,
  ): Promise<DeviceFailure | undefined> {
    const sample = (on: Runner) => embedSamples(on, encoder);
    const [own, theirs] = await Promise.allSettled([sample(this.#cpu), sample(runner)]);
    if (own.status === 'rejected') {
      this.#encoders.delete(encoder.revision);
      throw own.reason;
    }
    if (theirs.status === 'rejected') {
      const message = `${device} cannot run this encoder, so the CPU embeds`;
      return this.#failed({ message, cause: theirs.reason });
    }
    const cosine = lowestCosine(theirs.value, own.value, encoder.dimension);
    const least = LEAST_COSINE[encoder.precision as keyof typeof LEAST_COSINE];
    if (cosine >= least) return undefined;
    const message =
      `${device} gives other vectors than the CPU (cosine ${cosine.toFixed(6)} where they differ most, ` +
      `${least} is asked for), so the CPU embeds`;
    return this.#failed({ message, cause: null });
  }

  async #failed(failure: DeviceFailure): Promise<DeviceFailure> {
    this.options.onFailure(failure);
    return failure;
  }
}

type Runner = Pick<DeviceRunner, 'embedImages' | 'embedTexts'>;

/** @returns `[DRIFT_IMAGES + DRIFT_TEXTS.length, dimension]` */
async function embedSamples(runner: Runner, encoder: EncoderDescription): Promise<Float32Array> {
  const levels = driftImages(encoder.image.geometry.crop);
  const images = await runner.embedImages(encoder, levels, DRIFT_IMAGES);
  const texts = await runner.embedTexts(encoder, DRIFT_TEXTS);
  return Float32Array.of(...images, ...texts);
}
