/**
 * The measures of Sechidis et al. 2011, section 4.2, for `folds` `[N]` of samples with label
 * indices. LD: how far the odds of each label in each fold are from those in the whole, on average.
 * ED: how far the folds' sizes are from the wanted ones, on average.
 */
export function distribution(
  samples: readonly number[][],
  folds: ArrayLike<number>,
  proportions: readonly number[],
  numLabels: number,
): { LD: number; ED: number } {
  const count = (fold: number | null, label: number | null) =>
    samples.filter(
      (labels, i) =>
        (fold === null || folds[i] === fold) && (label === null || labels.includes(label)),
    ).length;
  const odds = (fold: number | null, label: number) =>
    count(fold, label) / (count(fold, null) - count(fold, label));
  let LD = 0;
  let ED = 0;
  for (let label = 0; label < numLabels; label++) {
    const whole = odds(null, label);
    for (let fold = 0; fold < proportions.length; fold++) LD += Math.abs(odds(fold, label) - whole);
  }
  proportions.forEach((share, fold) => {
    ED += Math.abs(count(fold, null) - share * samples.length);
  });
  return { LD: LD / (numLabels * proportions.length), ED: ED / proportions.length };
}
