import { describe, expect, it } from 'vitest';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
import { type AxesInput, fillAxes } from '../../../src/services/experiment-axes.js';
import { defaultExperimentName } from '../../../src/services/experiment-name.js';

const nameOf = (axes: AxesInput, numEncoders = 1) =>
  defaultExperimentName(fillAxes(axes, fillRunConfig({}), {}), numEncoders);

describe('the name of an experiment that was given none', () => {
  it.each([
    [{ heads: [{ kind: 'LINEAR' }, { kind: 'MLP' }], epochs: [5] }, 'linear/mlp'],
    [
      { fusions: [{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }], batchSizes: [32, 64] },
      'image_only/concat × batchSize 32/64',
    ],
    [{ epochs: [1, 2, 3, 4] }, '4 epochs'],
    [{ heads: [0.1, 0.2].map((dropout) => ({ kind: 'MLP', dropout })) }, '2 heads'],
  ])('is what varies: %j', (axes, name) => {
    expect(nameOf(axes)).toBe(name);
  });

  it('counts the encoders, and where nothing varies is that of its runs', () => {
    expect(nameOf({ epochs: [5] }, 2)).toBe('2 encoders');
    expect(nameOf({})).toBe('mlp × concat × bce');
  });
});
