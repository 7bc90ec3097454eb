import { describe, expect, it } from 'vitest';
import {
  learningRateAt,
  OPTIMIZERS,
  stepOptimizer,
} from '../../../../src/ml/nn/optimizers/table.js';
import { fillVariant } from '../../../../src/ml/nn/variant.js';
import { expectClose } from '../../../support/ml/close.js';
import { optimizerFixture } from '../../../support/ml/torch-fixture.js';

function rates(options: object, stepsPerEpoch: number, epochs: number) {
  const given = { kind: 'ADAMW', learningRate: 2, ...options };
  const config = stepOptimizer(fillVariant('optimizer', OPTIMIZERS, given, 'ADAMW'));
  const totalSteps = stepsPerEpoch * epochs;
  return Array.from({ length: totalSteps }, (_, step) =>
    learningRateAt(config, { step, stepsPerEpoch, totalSteps }),
  );
}

const warmupCosine = (warmupEpochs: number) => ({ schedule: 'WARMUP_COSINE', warmupEpochs });

describe('schedules', () => {
  it('CONSTANT stays', () => {
    expect(rates({ schedule: 'CONSTANT' }, 2, 2)).toEqual([2, 2, 2, 2]);
  });

  it('WARMUP_COSINE rises over its warm-up and falls to 0 step by step', () => {
    const expected = [0.5, 1, 1.5, 2, 2, 1.7071067811865475, 1, 0.2928932188134524];
    rates(warmupCosine(1), 4, 2).forEach((rate, step) => {
      expect(rate).toBeCloseTo(expected[step]!, 12);
    });
  });

  it('WARMUP_COSINE starts at the top without warm-up, and can warm up for half an epoch', () => {
    expect(rates(warmupCosine(0), 2, 2)[0]).toBe(2);
    expect(rates(warmupCosine(0.5), 4, 1).slice(0, 3)).toEqual([1, 2, 2]);
  });

  it('WARMUP_COSINE only rises where the warm-up is longer than the run', () => {
    expect(rates(warmupCosine(9), 2, 2)).toEqual([0.5, 1, 1.5, 2]);
  });

  it.each(optimizerFixture.schedules)(
    'have PyTorch’s rates: $options, $epochs epochs of $stepsPerEpoch steps',
    ({ options, epochs, stepsPerEpoch, rates: expected }) => {
      const exact = { absolute: 1e-14, relative: 1e-10 };
      expectClose(rates(options, stepsPerEpoch, epochs), expected, exact, 'rate');
    },
  );
});
