import { ClipwrightError } from '../../errors/clipwright-error.js';
import { UNKNOWN } from '../data/unknown.js';
import { ratio } from './ratio.js';
import { type Scores, sampleCount } from './scored.js';

/** One bar of a label's reliability diagram: samples whose probability lies above `from`, up to `to`. */
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  /** Null where the bin is empty, as is `positiveShare`. */
  meanProb: number | null;
  /** Share of the samples that carry the label: equal to `meanProb` if the model is calibrated. */
  positiveShare: number | null;
}

/** The usual number of bins (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4). */
export const DEFAULT_BINS = 15;

/**
 * Each label's reliability diagram over `probs` and `targets`, both `[N, L]`: `bins` bins of equal
 * width over [0, 1], each open below and closed above, with 0 in the first one, as in
 * scikit-learn's `calibration_curve` (which leaves out empty bins).
 */
export function reliability(
  probs: Scores,
  targets: Uint8Array,
  numLabels: number,
  bins: number = DEFAULT_BINS,
): ReliabilityBin[][] {
  sampleCount(probs, targets, numLabels);
  const counts = new Float64Array(numLabels * bins);
  const probSums = new Float64Array(numLabels * bins);
  const positives = new Float64Array(numLabels * bins);
  probs.forEach((prob, at) => {
    const label = at % numLabels;
    if (prob < 0 || prob > 1) {
      throw new ClipwrightError(
        'INTERNAL',
        `expected a probability for \`probs[${(at - label) / numLabels}, ${label}]\` but received ${prob}`,
      );
    }
    if (targets[at] === UNKNOWN) return;
    const bin = label * bins + Math.max(0, Math.ceil(prob * bins) - 1);
    counts[bin]!++;
    probSums[bin]! += prob;
    positives[bin]! += targets[at]!;
  });
  return Array.from({ length: numLabels }, (_, label) =>
    Array.from(counts.subarray(label * bins, (label + 1) * bins), (count, index) => ({
      from: index / bins,
      to: (index + 1) / bins,
      count,
      meanProb: ratio(probSums[label * bins + index]!, count),
      positiveShare: ratio(positives[label * bins + index]!, count),
    })),
  );
}
