import { badUserInput } from '../../errors/bad-user-input.js';
import { Rng } from '../data/rng.js';

export interface Interval {
  /** On the split as it is, not the mean of the resamples. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Of a difference between two, both on the same resamples. */
export interface PairedInterval extends Interval {
  readonly pValue: number;
}

export interface BootstrapOptions {
  /** How often N of the N samples are drawn with replacement. */
  readonly resamples: number;
  /** Share of the resamples that the interval holds, such as 0.95. */
  readonly level: number;
  /** The same seed and N draw the same resamples, whatever the scores. */
  readonly seed: number;
}

/** Calls `visit` with how often each sample was drawn, `[N]`, once per resample; the array is reused. */
export function resample(
  targets: Uint8Array,
  numLabels: number,
  { resamples, seed }: BootstrapOptions,
  visit: (weights: Uint32Array, index: number) => void,
): void {
  const rng = Rng.fromSeed(seed);
  const weights = ones(targets, numLabels);
  const carriesLabel = weights.map((_, sample) =>
    targets.subarray(sample * numLabels, (sample + 1) * numLabels).includes(1) ? 1 : 0,
  );
  for (let index = 0; index < resamples; ) {
    weights.fill(0);
    let positives = 0;
    for (let draw = 0; draw < weights.length; draw++) {
      const sample = rng.below(weights.length);
      weights[sample]!++;
      positives += carriesLabel[sample]!;
    }
    if (positives > 0) visit(weights, index++);
  }
}

/** `[N]`: the split as it is. */
export function ones(targets: Uint8Array, numLabels: number): Uint32Array {
  return new Uint32Array(targets.length / numLabels).fill(1);
}

/** Of `values` by their percentiles; sorts them in place. */
export function interval(mean: number, values: Float64Array, level: number): Interval {
  values.sort();
  const tail = (1 - level) / 2;
  return { mean, low: quantile(values, tail), high: quantile(values, 1 - tail) };
}

/**
 * `interval` of differences with their `pValue`, two-sided: twice the share of resamples in which the
 * difference has not the sign of `mean`, where the split itself counts as one more resample, so
 * that the share is never 0 (Davison and Hinkley 1997, section 4.2); at most 1.
 */
export function pairedInterval(mean: number, values: Float64Array, level: number): PairedInterval {
  const against = values.filter((value) => value * Math.sign(mean) <= 0).length;
  const pValue = Math.min(1, (2 * (against + 1)) / (values.length + 1));
  return { ...interval(mean, values, level), pValue };
}

/** By linear interpolation between the neighbours, as NumPy's `quantile` does. */
function quantile(sorted: Float64Array, fraction: number): number {
  const at = fraction * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - below);
}

/** @throws BAD_USER_INPUT for an option out of range */
export function checked(options: BootstrapOptions): BootstrapOptions {
  const { resamples, level } = options;
  if (!Number.isInteger(resamples) || resamples < 1 || resamples > 1_000_000) {
    throw badUserInput(
      `expected an integer from 1 to 1000000 for \`resamples\` but received ${resamples}`,
    );
  }
  if (!(level > 0 && level < 1)) {
    throw badUserInput(`expected a number above 0 and below 1 for \`level\` but received ${level}`);
  }
  return options;
}
