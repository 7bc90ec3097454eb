/** How often each label occurs among the training samples: what weighted losses are made of. */
export interface LabelStatistics {
  readonly samples: number;
  /** `[L]` */
  readonly positives: ArrayLike<number>;
}

/** Of two lists of samples together. */
export function addStatistics(a: LabelStatistics, b: LabelStatistics): LabelStatistics {
  const positives = Float64Array.from(a.positives, (count, label) => count + b.positives[label]!);
  return { samples: a.samples + b.samples, positives };
}

/** Counts over `samples`, rows of `targets` `[N, L]`. */
export function labelStatistics(
  targets: Uint8Array,
  numLabels: number,
  samples: ArrayLike<number>,
): LabelStatistics {
  const positives = new Float64Array(numLabels);
  for (let i = 0; i < samples.length; i++) {
    const row = samples[i]! * numLabels;
    for (let label = 0; label < numLabels; label++) positives[label]! += targets[row + label]!;
  }
  return { samples: samples.length, positives };
}
