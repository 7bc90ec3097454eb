import { ClipwrightError } from '../errors/clipwright-error.js';
import type { EncoderVariant } from '../ml/clip/encoder-variant.js';
import type { Drift } from '../ml/clip/measure-drift.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';

/**
 * The lowest cosine to FP32 that a drawing or caption may have. Measured: INT8 by our quantiser 0.9996 (ViT-B/32 with random
 * weights, as ONNX Runtime's own), 0.992 (clip-mini's captions). docs/decisions/0017-precisions.md
 */
export const LEAST_COSINE: Readonly<Record<EncoderVariant['precision'], number>> = {
  FP16: 0.999,
  INT8: 0.97,
};

/** By how much another precision has to be faster for `AUTO` to give up what it costs. */
const WORTHWHILE = 1.2;

export function isWorthwhile({ speedup }: Drift): boolean {
  return speedup >= WORTHWHILE;
}

/**
 * Sees to it that a variant can be used: its towers are made where they have to be, and compared with FP32 once.
 * @throws PRECISION_DRIFTS, and what making them may meet
 */
export async function requireVariant(
  encoders: EncoderSource,
  encoder: UsableEncoder,
  variant: EncoderVariant,
): Promise<Drift> {
  const drift = await encoders.prepare(encoder, variant);
  const { precision } = variant;
  if (lowest(drift) >= LEAST_COSINE[precision]) return drift;
  throw new ClipwrightError(
    'PRECISION_DRIFTS',
    `Embeddings of ${encoder.id} in ${precision} have a cosine of ${lowest(drift).toFixed(4)} to those in FP32 where it is lowest ` +
      `(images ${drift.imageCosine.toFixed(4)}, texts ${drift.textCosine.toFixed(4)}), below ${LEAST_COSINE[precision]}: ` +
      'choose another precision.',
  );
}

function lowest({ imageCosine, textCosine }: Drift): number {
  return Math.min(imageCosine, textCosine);
}
