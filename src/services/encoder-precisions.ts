import type { Precision } from '../db/enums.js';
import type { CataloguedEncoder } from '../hub/catalogue.js';
import type { UsableEncoder } from './encoder-source.js';

/** A precision that an encoder has, or can get. */
export interface EncoderPrecision {
  readonly precision: Precision;
  /** CATALOGUE: `downloadEncoder` fetches it */
  readonly source: 'FILE' | 'QUANTISED' | 'CATALOGUE';
  /** null where it is not there yet */
  readonly sizeBytes: number | null;
  /** the lowest to FP32, as it was measured at first use */
  readonly cosine: number | null;
}

/** Where INT8 is made here, the catalogue may have it besides. */
export function precisionsOf(
  encoder: UsableEncoder | undefined,
  catalogued: CataloguedEncoder | undefined,
): EncoderPrecision[] {
  const found: EncoderPrecision[] = [];
  if (encoder) {
    const { sizeBytes } = encoder.description;
    found.push({ precision: 'FP32', source: 'FILE', sizeBytes, cosine: null });
    for (const { precision, source, sizeBytes, drift } of encoder.variants) {
      if (found.some((each) => each.precision === precision)) continue;
      const cosine = drift && Math.min(drift.imageCosine, drift.textCosine);
      found.push({ precision, source, sizeBytes, cosine });
    }
  }
  for (const precision of ['FP32', 'FP16', 'INT8'] as const) {
    if (!catalogued?.files[precision]) continue;
    if (found.some((each) => each.precision === precision && each.source === 'FILE')) continue;
    found.push({ precision, source: 'CATALOGUE', sizeBytes: null, cosine: null });
  }
  return found;
}
