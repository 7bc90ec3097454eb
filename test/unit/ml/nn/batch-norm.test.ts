import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { constant, input, mul, reduceSum } from '../../../../src/ml/graph/build.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../src/ml/interpret/value.js';
import { batchNorm } from '../../../../src/ml/nn/batch-norm.js';
import { Scope } from '../../../../src/ml/nn/scope.js';
import { fillRunConfig } from '../../../../src/ml/train/run-config.js';
import { expectClose } from '../../../support/ml/close.js';

const recorded: {
  width: number;
  scale: number[];
  shift: number[];
  batches: Record<'x' | 'values' | 'gradient' | 'mean' | 'variance', number[]>[];
  evaluation: Record<'x' | 'values', number[]>;
} = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../fixtures/torch/batch-norm.json'), 'utf8'),
);
const { width } = recorded;
const EXACT = { absolute: 1e-11, relative: 1e-9 };
const BATCH = 4;
const statistics = (mean: number[], variance: number[]) => ({
  'norm.scale': makeValue(recorded.scale, [width]),
  'norm.shift': makeValue(recorded.shift, [width]),
  'norm.mean': makeValue(mean, [width]),
  'norm.variance': makeValue(variance, [width]),
});

describe('batch norm', () => {
  it('equals PyTorch over batches, of which the last is filled up with a row that counts for nothing', () => {
    let [mean, variance] = [
      [0, 0, 0],
      [1, 1, 1],
    ];
    for (const batch of recorded.batches) {
      const real = batch.x.length / width;
      const filler = Array((BATCH - real) * width).fill(1000);
      const x = input('x', [BATCH, width]);
      const shares = input('shares', [BATCH, 1]);
      const scope = new Scope(BATCH, '', [], [], [], shares);
      const y = batchNorm(scope, 'norm', x);
      const factors = [...Array(real * width).keys(), ...filler.map(() => 0)];
      const sum = reduceSum(mul(y, constant(factors, [BATCH, width])), [0, 1]);
      const [after, wide] = scope.statistics.map(({ next }) => next);
      const outputs = { y, grad: gradients(sum, [x])[0]!, mean: after!, variance: wide! };
      const row = Array.from({ length: BATCH }, (_, i) => (i < real ? 1 / real : 0));
      const result = interpret(
        { outputs },
        {
          x: makeValue([...batch.x, ...filler], [BATCH, width]),
          shares: makeValue(row, [BATCH, 1]),
          ...statistics(mean, variance),
        },
      );
      expectClose(result.y.data.subarray(0, real * width), batch.values, EXACT);
      expectClose(result.grad.data.subarray(0, real * width), batch.gradient, EXACT);
      expectClose(result.mean.data, batch.mean, EXACT);
      expectClose(result.variance.data, batch.variance, EXACT);
      [mean, variance] = [batch.mean, batch.variance];
    }
    const scope = new Scope(null);
    const y = batchNorm(scope, 'norm', input('x', ['N', width]));
    const x = makeValue(recorded.evaluation.x, [recorded.evaluation.x.length / width, width]);
    const { y: values } = interpret({ outputs: { y } }, { x, ...statistics(mean, variance) });
    expectClose(values.data, recorded.evaluation.values, EXACT);
  });

  it('is refused beside layer norm', () => {
    const head = { kind: 'MLP', layerNorm: true, batchNorm: true };
    expect(() => fillRunConfig({ head })).toThrow(
      'expected false, with layerNorm, for `head.batchNorm` but received true',
    );
  });
});
