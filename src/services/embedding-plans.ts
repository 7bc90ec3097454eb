import type { EmbeddingPlan } from '../ml/clip/embedding-plan.js';
import type { EncoderDescription } from '../ml/clip/encoder-description.js';
import type { ImageSource } from '../ml/image/image-source.js';
import type { MeasuredPlan } from '../ml/processes/measure-plans.js';
import type { PlanStore } from './plan-store.js';

/** So many photos take longer than finding out how they take least. */
const WORTH_PHOTOS = 1000;
/** What is decoded while plans are measured. */
const DECODED = 32;

/** The photos that are to be embedded. */
export interface PhotoList {
  readonly length: number;
  source(index: number): ImageSource;
}

export const NO_PHOTOS: PhotoList = {
  length: 0,
  source: () => {
    throw new RangeError('there is no photo');
  },
};

export interface PlanSource {
  /**
   * How to embed by this encoder here, as was measured once; undefined where it was not, and the rule holds.
   * @param photos many are worth a measurement
   */
  choose(
    encoder: EncoderDescription,
    photos: PhotoList,
    signal: AbortSignal,
  ): Promise<EmbeddingPlan | undefined>;
}

export interface EmbeddingPlansDeps {
  store: PlanStore;
  /** the first is what is done without a measurement, of which a single one needs none */
  candidates(encoder: EncoderDescription): Promise<readonly EmbeddingPlan[]>;
  measure(
    encoder: EncoderDescription,
    plans: readonly EmbeddingPlan[],
    photos: readonly ImageSource[],
    signal: AbortSignal,
  ): Promise<MeasuredPlan<EmbeddingPlan> | null>;
  /** from here on the encoder runs so */
  use(encoder: EncoderDescription, plan: EmbeddingPlan): void;
  onMeasured(encoder: EncoderDescription, measured: MeasuredPlan<EmbeddingPlan>): void;
}

/** Plans as this machine measured them, at the first large embedding by an encoder. */
export class EmbeddingPlans implements PlanSource {
  readonly #known = new Map<string, EmbeddingPlan>();
  /** One at a time: two would measure each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: EmbeddingPlansDeps) {}

  choose(
    encoder: EncoderDescription,
    photos: PhotoList,
    signal: AbortSignal,
  ): Promise<EmbeddingPlan | undefined> {
    const chosen = this.#last.then(() => this.#find(encoder, photos, signal));
    this.#last = chosen.catch(() => {});
    return chosen;
  }

  async #find(
    encoder: EncoderDescription,
    photos: PhotoList,
    signal: AbortSignal,
  ): Promise<EmbeddingPlan | undefined> {
    const { store, candidates, measure, onMeasured } = this.deps;
    if (photos.length === 0) return undefined;
    const key = `${encoder.precision} ${encoder.revision}`;
    const known = this.#known.get(key) ?? (await store.find(encoder));
    if (!known && photos.length < WORTH_PHOTOS) return undefined;
    const plans = await candidates(encoder);
    if (plans.length === 1) return undefined;
    if (known) return this.#keep(key, encoder, known);
    const decoded = Array.from({ length: DECODED }, (_, i) => photos.source(i));
    const measured = await measure(encoder, plans, decoded, signal);
    if (!measured) return undefined;
    await store.keep(encoder, measured.plan);
    onMeasured(encoder, measured);
    return this.#keep(key, encoder, measured.plan);
  }

  #keep(key: string, encoder: EncoderDescription, plan: EmbeddingPlan): EmbeddingPlan {
    if (!this.#known.has(key)) this.deps.use(encoder, plan);
    this.#known.set(key, plan);
    return plan;
  }
}
