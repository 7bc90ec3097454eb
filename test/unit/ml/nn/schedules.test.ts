import { describe, expect, it } from 'vitest';
import { learningRateAt, OPTIMIZERS } from '../../../../src/ml/nn/optimizers/table.js';
import { fillVariant } from '../../../../src/ml/nn/variant.js';

function rates(schedule: string, warmupEpochs: number, stepsPerEpoch: number, epochs: number) {
  const given = { kind: 'ADAMW', learningRate: 2, schedule, warmupEpochs };
  const config = fillVariant('optimizer', OPTIMIZERS, given, 'ADAMW');
  const totalSteps = stepsPerEpoch * epochs;
  return Array.from({ length: totalSteps }, (_, step) =>
    learningRateAt(config, { step, stepsPerEpoch, totalSteps }),
  );
}

describe('schedules', () => {
  it('CONSTANT stays', () => {
    expect(rates('CONSTANT', 1, 2, 2)).toEqual([2, 2, 2, 2]);
  });

  it('WARMUP_COSINE rises over its warm-up and falls to 0 step by step', () => {
    const expected = [0.5, 1, 1.5, 2, 2, 1.7071067811865475, 1, 0.2928932188134524];
    rates('WARMUP_COSINE', 1, 4, 2).forEach((rate, step) => {
      expect(rate).toBeCloseTo(expected[step]!, 12);
    });
  });

  it('WARMUP_COSINE starts at the top without warm-up, and can warm up for half an epoch', () => {
    expect(rates('WARMUP_COSINE', 0, 2, 2)[0]).toBe(2);
    expect(rates('WARMUP_COSINE', 0.5, 4, 1).slice(0, 3)).toEqual([1, 2, 2]);
  });

  it('WARMUP_COSINE only rises where the warm-up is longer than the run', () => {
    expect(rates('WARMUP_COSINE', 9, 2, 2)).toEqual([0.5, 1, 1.5, 2]);
  });
});
