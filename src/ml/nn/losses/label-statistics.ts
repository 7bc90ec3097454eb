import { UNKNOWN } from '../../data/unknown.js';

/** How often each label is carried and not among the training samples: what weighted losses are made of. */
export interface LabelStatistics {
  /** `[L]` */
  readonly positives: ArrayLike<number>;
  /** `[L]`: samples that do not carry it; those where it is unknown are neither. */
  readonly negatives: ArrayLike<number>;
}

/** Of no samples. */
export const noStatistics = (numLabels: number): LabelStatistics => ({
  positives: new Float64Array(numLabels),
  negatives: new Float64Array(numLabels),
});

/** Of two lists of samples together. */
export function addStatistics(a: LabelStatistics, b: LabelStatistics): LabelStatistics {
  const sum = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Float64Array.from(x, (count, label) => count + y[label]!);
  return {
    positives: sum(a.positives, b.positives),
    negatives: sum(a.negatives, b.negatives),
  };
}

/** Counts over `samples`, rows of `targets` `[N, L]`. */
export function labelStatistics(
  targets: Uint8Array,
  numLabels: number,
  samples: ArrayLike<number>,
): LabelStatistics {
  const positives = new Float64Array(numLabels);
  const negatives = new Float64Array(numLabels);
  for (let i = 0; i < samples.length; i++) {
    const row = samples[i]! * numLabels;
    for (let label = 0; label < numLabels; label++) {
      const target = targets[row + label]!;
      if (target === 1) positives[label]!++;
      else if (target !== UNKNOWN) negatives[label]!++;
    }
  }
  return { positives, negatives };
}
