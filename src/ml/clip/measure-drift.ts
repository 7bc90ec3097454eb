import { DRIFT_IMAGES, DRIFT_TEXTS, driftImages } from './drift-samples.js';
import type { EmbeddingRunner } from './embed-ports.js';
import type { EncoderDescription } from './encoder-description.js';
import { lowestCosine } from './lowest-cosine.js';

/** How an encoder in another precision compares with FP32. */
export interface Drift {
  /** Cosine between the two embeddings of one thing, the lowest of all drawings, and of all captions. */
  readonly imageCosine: number;
  readonly textCosine: number;
  /** How many times as fast as FP32 the image tower is, on this machine. */
  readonly speedup: number;
}

/** More for small encoders, which other work on the machine disturbs more. */
const ROUNDS = { least: 3, most: 12, milliseconds: 1000 };
/** Before the batches of embedding jobs: somebody waits. */
const OPTIONS = { priority: 10 };

/** Seconds: some thirty images through each. */
export async function measureDrift(
  runner: EmbeddingRunner,
  fp32: EncoderDescription,
  variant: EncoderDescription,
): Promise<Drift> {
  const levels = driftImages(fp32.image.geometry.crop);
  // Where it runs depends on the size: as it is compared it has to be the same place.
  const other = { ...variant, sizeBytes: fp32.sizeBytes };
  const images = (encoder: EncoderDescription) =>
    runner.embedImages(encoder, levels, DRIFT_IMAGES, OPTIONS);
  const texts = (encoder: EncoderDescription) => runner.embedTexts(encoder, DRIFT_TEXTS, OPTIONS);
  const { dimension } = fp32;
  // The first time opens the towers.
  const imageCosine = lowestCosine(await images(fp32), await images(other), dimension);
  const textCosine = lowestCosine(await texts(fp32), await texts(other), dimension);
  let [slow, fast] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const start = performance.now();
  const isDisturbed = () => performance.now() - start < ROUNDS.milliseconds;
  for (let round = 0; round < ROUNDS.least || (round < ROUNDS.most && isDisturbed()); round++) {
    slow = Math.min(slow, await milliseconds(() => images(fp32)));
    fast = Math.min(fast, await milliseconds(() => images(other)));
  }
  return { imageCosine, textCosine, speedup: slow / fast };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
