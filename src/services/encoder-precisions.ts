import type { Precision } from '../db/enums.js';
import type { CataloguedEncoder } from '../hub/catalogue.js';
import type { UsableEncoder } from './encoder-source.js';

/** A precision that an encoder has, or can get. */
export interface EncoderPrecision {
  readonly precision: Precision;
  /** CATALOGUE: `downloadEncoder` fetches it */
  readonly source: 'FILE' | 'CATALOGUE';
  /** null where it is not there yet */
  readonly sizeBytes: number | null;
}

/** One of each at most, FP32 first. */
export function precisionsOf(
  encoder: UsableEncoder | undefined,
  catalogued: CataloguedEncoder | undefined,
): EncoderPrecision[] {
  const found: EncoderPrecision[] = [];
  if (encoder) {
    const { sizeBytes } = encoder.description;
    found.push({ precision: 'FP32', source: 'FILE', sizeBytes });
    for (const { precision, source, sizeBytes } of encoder.variants) {
      found.push({ precision, source, sizeBytes });
    }
  }
  for (const precision of ['FP32', 'FP16', 'INT8'] as const) {
    if (!catalogued?.files[precision]) continue;
    if (found.some((each) => each.precision === precision)) continue;
    found.push({ precision, source: 'CATALOGUE', sizeBytes: null });
  }
  return found;
}
