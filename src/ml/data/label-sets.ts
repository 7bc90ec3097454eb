/** The label indices of N samples, one sample after the other (compressed sparse rows). */
export interface LabelSets {
  /** `[N + 1]`: where each sample's labels begin in `labels`; the last entry is its length. */
  readonly offsets: Int32Array;
  /**
   * Label indices, `~l` (negative) for a label l that is unknown; a group of samples that stands as one has a label as often
   * as its samples do.
   */
  readonly labels: Int32Array;
}

/** Packs one list of label indices per sample; a label named twice counts once. */
export function packLabelSets(samples: ReadonlyArray<readonly number[]>): LabelSets {
  const offsets = new Int32Array(samples.length + 1);
  let total = 0;
  for (const sample of samples) total += sample.length;
  const labels = new Int32Array(total);
  let end = 0;
  for (let sample = 0; sample < samples.length; sample++) {
    const start = offsets[sample]!;
    for (const label of samples[sample]!) {
      if (labels.subarray(start, end).includes(label)) continue;
      labels[end++] = label;
    }
    offsets[sample + 1] = end;
  }
  return { offsets, labels: labels.subarray(0, end) };
}

/** The same sets without unknown labels. */
export function carriedLabelSets({ offsets, labels }: LabelSets): LabelSets {
  const carried = labels.filter((label) => label >= 0);
  if (carried.length === labels.length) return { offsets, labels };
  let unknown = 0;
  let at = 0;
  const moved = offsets.map((end) => {
    for (; at < end; at++) if (labels[at]! < 0) unknown++;
    return end - unknown;
  });
  return { offsets: moved, labels: carried };
}

/** The sets of some samples, by their places. */
export function chooseLabelSets({ offsets, labels }: LabelSets, chosen: Int32Array): LabelSets {
  const chosenOffsets = new Int32Array(chosen.length + 1);
  chosen.forEach((sample, at) => {
    chosenOffsets[at + 1] = chosenOffsets[at]! + offsets[sample + 1]! - offsets[sample]!;
  });
  const chosenLabels = new Int32Array(chosenOffsets.at(-1)!);
  chosen.forEach((sample, at) => {
    chosenLabels.set(labels.subarray(offsets[sample], offsets[sample + 1]), chosenOffsets[at]);
  });
  return { offsets: chosenOffsets, labels: chosenLabels };
}
