import { bootstrapMap } from './bootstrap.js';
import { bootstrapF1s } from './bootstrap-f1.js';
import { calibrationError } from './calibration-error.js';
import { evaluateFully, type FullMetrics } from './evaluate-fully.js';
import { type FrequencyGroup, frequencyGroups } from './frequency-groups.js';
import { type ReliabilityBin, reliability } from './reliability.js';
import type { BootstrapOptions, Interval } from './resample.js';
import type { Scores } from './scored.js';

/** A label's probabilities against its frequencies. */
export interface LabelReliability {
  label: number;
  ece: number | null;
  brier: number | null;
  bins: ReliabilityBin[];
}

/** Every figure of a run on one split. */
export interface RunEvaluation extends FullMetrics {
  macroEce: number | null;
  macroBrier: number | null;
  reliability: LabelReliability[];
  /** Of mAP; null where no label has a positive. */
  meanAveragePrecisionInterval: Interval | null;
  /** Of the F1s at the run's thresholds; null where no label has a positive. */
  microF1Interval: Interval | null;
  macroF1Interval: Interval | null;
  samplesF1Interval: Interval | null;
  frequencyGroups: FrequencyGroup[];
}

/** `scores`: probabilities `[N, L]`, `targets` `[N, L]`, `thresholds` `[L]`, `trainSupport` `[L]`: positives in TRAIN. */
export function evaluateRun(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array,
  trainSupport: readonly number[],
  bootstrap: BootstrapOptions,
): RunEvaluation {
  const { macroEce, macroBrier, labels } = calibrationError(scores, targets, numLabels);
  const bins = reliability(scores, targets, numLabels);
  const hasPositive = targets.includes(1);
  const f1s = hasPositive ? bootstrapF1s(scores, targets, numLabels, thresholds, bootstrap) : null;
  return {
    ...evaluateFully(scores, targets, numLabels, thresholds),
    macroEce,
    macroBrier,
    reliability: labels.map((label, index) => ({ ...label, bins: bins[index]! })),
    meanAveragePrecisionInterval: hasPositive
      ? bootstrapMap([scores], targets, numLabels, bootstrap)
      : null,
    microF1Interval: f1s?.microF1 ?? null,
    macroF1Interval: f1s?.macroF1 ?? null,
    samplesF1Interval: f1s?.samplesF1 ?? null,
    frequencyGroups: frequencyGroups(scores, targets, numLabels, thresholds, trainSupport),
  };
}
