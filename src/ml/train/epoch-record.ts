import type { EvalMetrics } from '../metrics/evaluate.js';
import type { StopMetric } from './run-config.js';

/** What is kept of every epoch. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's samples and labels, each taken before the update of its step. */
  readonly trainLoss: number;
  /** null without labelled validation samples, as is `validation`. */
  readonly validationLoss: number | null;
  /** At threshold 0.5. */
  readonly validation: EvalMetrics | null;
  /** Of the epoch's last step. */
  readonly learningRate: number;
  readonly seconds: number;
}

/** The record's value of a metric, signed so that larger is better; null where it is undefined. */
export function stopScore(record: EpochRecord, metric: StopMetric): number | null {
  const { validation, validationLoss } = record;
  if (metric === 'VALIDATION_LOSS') return validationLoss === null ? null : -validationLoss;
  if (!validation) return null;
  const values = {
    MICRO_F1: validation.microF1,
    MACRO_F1: validation.macroF1,
    SAMPLES_F1: validation.samplesF1,
    MEAN_AVERAGE_PRECISION: validation.meanAveragePrecision,
  };
  return values[metric];
}
