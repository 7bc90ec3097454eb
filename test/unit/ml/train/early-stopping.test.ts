import { describe, expect, it } from 'vitest';
import { type BestSoFar, shouldStop, updateBest } from '../../../../src/ml/train/early-stopping.js';
import type { EpochRecord } from '../../../../src/ml/train/epoch-record.js';
import type { EarlyStoppingConfig, StopMetric } from '../../../../src/ml/train/run-config.js';

function record(epoch: number, value: number | null): EpochRecord {
  const validation = {
    microF1: value,
    macroF1: value,
    samplesF1: value,
    weightedF1: null,
    meanAveragePrecision: value,
    hammingLoss: null,
    subsetAccuracy: null,
    undefinedLabels: [],
  };
  return { epoch, trainLoss: 1, validationLoss: value, validation, learningRate: 1, seconds: 1 };
}

/** The best epoch and the last one run, for metric values epoch by epoch. */
function follow(values: (number | null)[], config: EarlyStoppingConfig | null) {
  let best: BestSoFar | null = null;
  for (const [index, value] of values.entries()) {
    best = updateBest(best, record(index + 1, value), config);
    if (shouldStop(best, config)) return { best: best.epoch, last: index + 1 };
  }
  return { best: best!.epoch, last: values.length };
}

const stopping = (metric: StopMetric, patience: number) => ({ metric, patience });

describe('early stopping', () => {
  it.each(['MICRO_F1', 'MACRO_F1', 'SAMPLES_F1', 'MEAN_AVERAGE_PRECISION'] as const)(
    'waits `patience` epochs for a better %s',
    (metric) => {
      const values = [0.1, 0.5, 0.4, 0.45, 0.3, 0.9];
      expect(follow(values, stopping(metric, 3))).toEqual({ best: 2, last: 5 });
      expect(follow(values, stopping(metric, 4))).toEqual({ best: 6, last: 6 });
    },
  );

  it('takes a smaller validation loss for better', () => {
    expect(follow([3, 1, 2, 2], stopping('VALIDATION_LOSS', 2))).toEqual({ best: 2, last: 4 });
  });

  it('does not take an equal value for better', () => {
    expect(follow([0.5, 0.5, 0.5], stopping('MICRO_F1', 2))).toEqual({ best: 1, last: 3 });
  });

  it('runs all epochs and keeps the best in mAP where it is off', () => {
    expect(follow([0.1, 0.9, 0.2, 0.2, 0.2], null)).toEqual({ best: 2, last: 5 });
  });

  it('keeps the last epoch and never stops where the metric is undefined', () => {
    expect(follow([null, null, null], stopping('MICRO_F1', 1))).toEqual({ best: 3, last: 3 });
  });
});
