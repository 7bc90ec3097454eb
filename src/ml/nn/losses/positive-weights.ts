const LIMIT = 100;

/** Negatives ÷ positives of each label over `samples` (rows of `targets` `[N, L]`), at most 100: `[L]`. */
export function positiveWeights(
  targets: Uint8Array,
  numLabels: number,
  samples: ArrayLike<number>,
): Float32Array {
  const positives = new Float64Array(numLabels);
  for (let i = 0; i < samples.length; i++) {
    const row = samples[i]! * numLabels;
    for (let label = 0; label < numLabels; label++) positives[label]! += targets[row + label]!;
  }
  return Float32Array.from(positives, (count) => Math.min((samples.length - count) / count, LIMIT));
}
