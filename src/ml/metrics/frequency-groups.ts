import { type LabelMetrics, labelMetrics } from './label-metrics.js';
import { ratio } from './ratio.js';
import type { Scores } from './scored.js';

/** More positives in TRAIN than the first, and fewer than the second (Wu et al. 2020, https://arxiv.org/abs/2007.09654, section 4). */
const HEAD_ABOVE = 100;
const TAIL_BELOW = 20;

const GROUPS = ['HEAD', 'MEDIUM', 'TAIL'] as const;

/** How the labels fare that are frequent, less frequent and rare in TRAIN. */
export interface FrequencyGroup {
  group: (typeof GROUPS)[number];
  numLabels: number;
  /** Over the group's labels with a positive in the split; null without one. */
  macroF1: number | null;
  meanAveragePrecision: number | null;
}

/** `scores` and `targets` `[N, L]`, `thresholds` `[L]`, `trainSupport` `[L]`: positives in TRAIN. */
export function frequencyGroups(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array,
  trainSupport: readonly number[],
): FrequencyGroup[] {
  const labels = labelMetrics(scores, targets, numLabels, thresholds);
  return GROUPS.map((group) => {
    const own = labels.filter(({ label }) => groupOf(trainSupport[label]!) === group);
    const defined = own.filter(({ support }) => support > 0);
    const mean = (of: (label: LabelMetrics) => number) =>
      ratio(
        defined.reduce((sum, label) => sum + of(label), 0),
        defined.length,
      );
    return {
      group,
      numLabels: own.length,
      macroF1: mean(({ f1 }) => f1),
      meanAveragePrecision: mean(({ averagePrecision }) => averagePrecision!),
    };
  });
}

function groupOf(support: number): FrequencyGroup['group'] {
  if (support > HEAD_ABOVE) return 'HEAD';
  return support < TAIL_BELOW ? 'TAIL' : 'MEDIUM';
}
