import { fitPlatt } from '../metrics/fit-platt.js';
import { sigmoid } from '../metrics/sigmoid.js';

/** p = σ(slope · cosine + intercept), with a positive slope: it orders like the cosine. */
export interface Relevance {
  readonly slope: number;
  readonly intercept: number;
}

/** Fewer pairs of each kind say too little. */
const MIN_PAIRS = 20;

/**
 * How likely a pair of this cosine is one that belongs together, where that is as likely beforehand as not: Platt's fit
 * (1999) on cosines of pairs that do and of random pairs. A cosine by itself says little, as 0.3 is a perfect match of photo
 * and caption for one encoder and nothing for another; the fit takes scale and offset of an encoder out.
 * @returns null where there are too few pairs, and where those that belong together are no nearer than random ones
 */
export function fitRelevance(
  together: readonly number[],
  random: readonly number[],
): Relevance | null {
  // Equally many of both: one half is then the middle.
  const each = Math.min(together.length, random.length);
  if (each < MIN_PAIRS) return null;
  const cosines = [...together.slice(0, each), ...random.slice(0, each)];
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  const spread = Math.sqrt(
    cosines.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cosines.length,
  );
  if (!(spread > 0)) return null;
  // Newton's steps are well conditioned in units of the spread.
  const fit = fitPlatt(
    Float64Array.from(cosines, (value) => (value - mean) / spread),
    Uint8Array.from(cosines, (_, i) => (i < each ? 1 : 0)),
  );
  if (!fit || !(fit.slope > 0)) return null;
  return { slope: fit.slope / spread, intercept: fit.intercept - (fit.slope * mean) / spread };
}

export function relevanceOf({ slope, intercept }: Relevance, similarity: number): number {
  return sigmoid(slope * similarity + intercept);
}
