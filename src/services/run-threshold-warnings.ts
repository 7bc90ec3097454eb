import type { StoredLabelMetrics } from '../db/runs.queries.js';
import type { ThresholdKind } from '../ml/metrics/fit-thresholds.js';
import { type ThresholdWarning, thresholdWarnings } from '../ml/metrics/threshold-warnings.js';

/** @param fittedOn the run's labels on VALIDATION, all of them in order; empty: nothing was fitted */
export function runThresholdWarnings(
  kind: ThresholdKind,
  fittedOn: readonly StoredLabelMetrics[],
): ThresholdWarning[] {
  return thresholdWarnings(
    kind,
    fittedOn.map(({ threshold }) => threshold),
    fittedOn.map(({ support }) => support),
  );
}
