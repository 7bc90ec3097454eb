import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { PixelSource } from '../clip/embed-ports.js';
import type { EmbeddingPlan } from '../clip/embedding-plan.js';
import type { EncoderDescription } from '../clip/encoder-description.js';
import { Rng } from '../data/rng.js';
import type { ImageSource } from '../image/image-source.js';
import { InferProcess } from './infer-process.js';
import { LEAST_ROUNDS, type MeasuredPlan, measurePlans } from './measure-plans.js';

/** Without the time that opening the model takes. */
const BUDGET_MS = 8000;

/**
 * Measures which plan embeds images fastest here, in about ten seconds: on noise and in processes of its own, while as
 * many photos are decoded beside, as in an embedding. Alone, a process with several threads looks better than it is.
 * @returns null where the encoder is too slow for that, or the machine too busy
 */
export async function measureEmbedding(
  encoder: EncoderDescription,
  plans: readonly EmbeddingPlan[],
  { images, photos }: { images: PixelSource; photos: readonly ImageSource[] },
  signal: AbortSignal,
): Promise<MeasuredPlan<EmbeddingPlan> | null> {
  const { width, height } = encoder.image.geometry.crop;
  const most = Math.max(...plans.map(({ batch }) => batch));
  const rng = Rng.fromSeed(1);
  const levels = Uint8Array.from({ length: most * width * height * 3 }, () => rng.below(256));
  const pools = new Map<string, InferProcess>();
  const poolOf = ({ processes, threads }: EmbeddingPlan) => {
    const key = `${processes} x ${threads}`;
    const pool = pools.get(key) ?? new InferProcess({ processes, threads });
    pools.set(key, pool);
    return pool;
  };
  const decode = (photo: ImageSource) =>
    images.pixels(photo, encoder.image.geometry, { signal }).catch((error: unknown) => {
      // The embedding says what is wrong with a photo.
      if (!(error instanceof ClipwrightError)) throw error;
    });
  const run = async (plan: EmbeddingPlan, batch: number) => {
    const part = levels.subarray(0, batch * width * height * 3);
    const started = performance.now();
    const count = batch * plan.processes;
    const pool = poolOf(plan);
    await Promise.all([
      ...Array.from({ length: plan.processes }, () =>
        pool.embedImages(encoder, part, batch, { signal }),
      ),
      ...Array.from({ length: count }, (_, i) => decode(photos[i % photos.length]!)),
    ]);
    return (performance.now() - started) / count;
  };
  try {
    for (const plan of plans) await run(plan, 1); // opens the models
    // Few images together take up to twice as long each as many.
    const roundMs = (await run(plans[0]!, 4)) * plans.reduce((sum, { batch }) => sum + batch, 0);
    if (roundMs * LEAST_ROUNDS > 2 * BUDGET_MS) return null;
    const end = performance.now() + BUDGET_MS;
    return await measurePlans(
      plans,
      (plan) => run(plan, plan.batch),
      () => performance.now() > end,
    );
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  }
}
