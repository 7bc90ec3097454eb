import path from 'node:path';
import type { EmbeddingRunner } from '../ml/clip/embed-ports.js';
import type { EncoderDescription, TowerFiles } from '../ml/clip/encoder-description.js';
import { type EncoderVariant, inVariant } from '../ml/clip/encoder-variant.js';
import { type Drift, measureDrift } from '../ml/clip/measure-drift.js';
import type { Device } from '../ml/runtime/device.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import type { FoundEncoder, LocalEncoders } from './local-encoders.js';
import type { VariantStore } from './variant-store.js';

export interface PreciseEncodersDeps {
  encoders: LocalEncoders;
  store: VariantStore;
  /** where precisions are compared */
  runner: EmbeddingRunner;
  /** of the runner */
  device(): Promise<Device>;
  quantise(from: TowerFiles, to: TowerFiles): Promise<void>;
}

/** Encoders in folders, with what is made and measured of them at first use. */
export class PreciseEncoders implements EncoderSource {
  /** By folder and revision: two that ask at once wait for one, but not for one whose folder may be deleted meanwhile. */
  readonly #underWay = new Map<string, Promise<Drift>>();

  constructor(private readonly deps: PreciseEncodersDeps) {}

  device(): Promise<Device> {
    return this.deps.device();
  }

  async list(): Promise<UsableEncoder[]> {
    return Promise.all((await this.deps.encoders.list()).map((each) => this.#withMade(each)));
  }

  async get(id: string): Promise<UsableEncoder | undefined> {
    const encoder = await this.deps.encoders.get(id);
    return encoder && this.#withMade(encoder);
  }

  /** With those that cannot be used. */
  async found(): Promise<FoundEncoder[]> {
    const found = await this.deps.encoders.found();
    return Promise.all(
      found.map((each) => (each.status === 'FAILED' ? each : this.#withMade(each))),
    );
  }

  prepare(encoder: UsableEncoder, variant: EncoderVariant): Promise<Drift> {
    const of = `${encoder.description.directory}\n${variant.revision}`;
    const known = this.#underWay.get(of);
    if (known) return known;
    const preparing = this.#prepare(encoder.description, variant).finally(() =>
      this.#underWay.delete(of),
    );
    this.#underWay.set(of, preparing);
    return preparing;
  }

  async #withMade(encoder: UsableEncoder): Promise<UsableEncoder> {
    const { store } = this.deps;
    const device = await this.deps.device();
    const variants = [...encoder.variants, await store.quantised(encoder.description)];
    const measured = variants.map(async (variant) => ({
      ...variant,
      drift: (await store.drift(variant, device)) ?? null,
    }));
    return { ...encoder, variants: await Promise.all(measured) };
  }

  async #prepare(fp32: EncoderDescription, variant: EncoderVariant): Promise<Drift> {
    const { store, quantise, runner } = this.deps;
    if (variant.sizeBytes === null) {
      const { directory, towers } = fp32;
      const from = {
        vision: path.resolve(directory, towers.vision),
        text: path.resolve(directory, towers.text),
      };
      await store.make(variant, fp32.sizeBytes, (to) => quantise(from, to));
    }
    const device = await this.deps.device();
    const known = await store.drift(variant, device);
    if (known) return known;
    const measured = await measureDrift(runner, fp32, inVariant(fp32, variant));
    await store.keepDrift(variant, device, measured);
    return measured;
  }
}
