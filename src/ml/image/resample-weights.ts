import type { ResampleFilter } from './image-preprocessing.js';

/** Pillow keeps 8 bits for the level and 2 for overshoot out of 32: https://github.com/python-pillow/Pillow,
 *  src/libImaging/Resample.c, PRECISION_BITS. */
export const PRECISION_BITS = 32 - 8 - 2;

/** For each output position: where its window starts in the input, how long it is, and its fixed-point weights. */
export interface ResampleWeights {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` weights per output position, of which `counts[i]` are used. */
  readonly weights: Int32Array;
  readonly stride: number;
}

const BICUBIC_A = -0.5;

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((BICUBIC_A + 2) * x - (BICUBIC_A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * BICUBIC_A;
  return 0;
}

function bilinear(distance: number): number {
  return Math.max(1 - Math.abs(distance), 0);
}

/** How far each filter reaches, in pixels of the smaller of both images, and what a pixel at a distance counts. */
const FILTERS = {
  bicubic: { support: 2, weigh: bicubic },
  bilinear: { support: 1, weigh: bilinear },
} as const satisfies Record<ResampleFilter, unknown>;

/**
 * Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc` for output positions [first, first + count) of an axis that
 * goes from `inputSize` to `outputSize`. When reducing, the support grows with the scale (antialiasing).
 */
export function resampleWeights(
  inputSize: number,
  outputSize: number,
  first: number,
  count: number,
  filter: ResampleFilter,
): ResampleWeights {
  const { support: reach, weigh } = FILTERS[filter];
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = reach * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  const window = new Float64Array(stride);
  for (let i = 0; i < count; i += 1) {
    const center = (first + i + 0.5) * scale;
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), inputSize);
    let sum = 0;
    for (let k = 0; k < end - start; k += 1) {
      const weight = weigh((k + start - center + 0.5) * (1 / filterScale));
      window[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < end - start; k += 1) {
      const weight = sum === 0 ? (window[k] ?? 0) : (window[k] ?? 0) / sum;
      weights[i * stride + k] = Math.trunc(
        (weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS),
      );
    }
    starts[i] = start;
    counts[i] = end - start;
  }
  return { starts, counts, weights, stride };
}

/** Photos of one camera or one collection share a few sizes: the weights of the latest are kept. */
export class ResampleWeightsCache {
  readonly #entries = new Map<string, ResampleWeights>();

  constructor(private readonly capacity = 64) {}

  get(
    inputSize: number,
    outputSize: number,
    first: number,
    count: number,
    filter: ResampleFilter,
  ): ResampleWeights {
    const key = `${filter}/${inputSize}/${outputSize}/${first}/${count}`;
    const weights =
      this.#entries.get(key) ?? resampleWeights(inputSize, outputSize, first, count, filter);
    this.#entries.delete(key);
    this.#entries.set(key, weights);
    if (this.#entries.size > this.capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return weights;
  }
}
