import { FREE, stratify } from './iterative-stratification.js';
import type { LabelSets } from './label-sets.js';
import type { Rng } from './rng.js';

/** What is given to folds as a whole. */
export interface SampleUnits {
  /** All labels of a unit's samples: a label that several of them have stands there as often. */
  readonly labelSets: LabelSets;
  /** Samples in each unit. */
  readonly sizes: Int32Array;
  /** The fold of each unit, or `FREE`. */
  readonly fixed: Int8Array;
  /** `[N]`: each sample's unit. */
  readonly unitOf: Int32Array;
}

/**
 * Makes units of the samples of each group. A sample with a fold of its own stays a unit of its own; the others of its
 * group follow the first such sample.
 *
 * @param fixed `[N]`: a fold, or `FREE`
 * @param groups `[N]`: samples with the same number are a group
 */
export function groupSamples(
  { offsets, labels }: LabelSets,
  fixed: Int8Array,
  groups: Int32Array,
): SampleUnits {
  const leading = new Map<number, number>();
  fixed.forEach((fold, sample) => {
    const group = groups[sample]!;
    if (fold !== FREE && !leading.has(group)) leading.set(group, fold);
  });
  const members: number[][] = [];
  const folds: number[] = [];
  const unitOfGroup = new Map<number, number>();
  const unitOf = Int32Array.from(fixed, (fold, sample) => {
    const group = groups[sample]!;
    const known = fold === FREE ? unitOfGroup.get(group) : undefined;
    if (known !== undefined) {
      members[known]!.push(sample);
      return known;
    }
    const unit = members.push([sample]) - 1;
    folds.push(fold === FREE ? (leading.get(group) ?? FREE) : fold);
    if (fold === FREE) unitOfGroup.set(group, unit);
    return unit;
  });
  const unitOffsets = new Int32Array(members.length + 1);
  const unitLabels = new Int32Array(labels.length);
  let end = 0;
  members.forEach((samples, unit) => {
    for (const sample of samples) {
      const own = labels.subarray(offsets[sample], offsets[sample + 1]);
      unitLabels.set(own, end);
      end += own.length;
    }
    unitOffsets[unit + 1] = end;
  });
  return {
    labelSets: { offsets: unitOffsets, labels: unitLabels },
    sizes: Int32Array.from(members, (samples) => samples.length),
    fixed: Int8Array.from(folds),
    unitOf,
  };
}

/**
 * `stratify` for samples of which some are kept together.
 *
 * @param groups `[N]`: samples with the same number are a group; left out: each is alone
 * @returns `[N]`: the fold of each sample
 */
export function stratifyGroups(
  labelSets: LabelSets,
  shares: readonly number[],
  rng: Rng,
  fixed: Int8Array,
  groups: Int32Array | undefined,
): Uint8Array {
  if (!groups) return stratify(labelSets, shares, rng, fixed);
  const units = groupSamples(labelSets, fixed, groups);
  const folds = stratify(units.labelSets, shares, rng, units.fixed, units.sizes);
  return Uint8Array.from(units.unitOf, (unit) => folds[unit]!);
}
