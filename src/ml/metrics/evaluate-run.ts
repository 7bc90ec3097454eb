import { type BootstrapOptions, bootstrapMap, type Interval } from './bootstrap.js';
import { calibrationError } from './calibration-error.js';
import { evaluateFully, type FullMetrics } from './evaluate-fully.js';
import { type ReliabilityBin, reliability } from './reliability.js';
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
}

/** `scores`: probabilities `[N, L]`, `targets` `[N, L]`, `thresholds` `[L]`. */
export function evaluateRun(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array,
  bootstrap: BootstrapOptions,
): RunEvaluation {
  const { macroEce, macroBrier, labels } = calibrationError(scores, targets, numLabels);
  const bins = reliability(scores, targets, numLabels);
  return {
    ...evaluateFully(scores, targets, numLabels, thresholds),
    macroEce,
    macroBrier,
    reliability: labels.map((label, index) => ({ ...label, bins: bins[index]! })),
    meanAveragePrecisionInterval: targets.includes(1)
      ? bootstrapMap([scores], targets, numLabels, bootstrap)
      : null,
  };
}
