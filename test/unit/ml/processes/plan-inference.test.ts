import { expect, it } from 'vitest';
import { planInference } from '../../../../src/ml/processes/plan-inference.js';

const MIB = 1024 * 1024;

it('gives a small model a process for each thread, up to four', () => {
  expect(planInference(1, 12 * MIB)).toEqual({ processes: 1, threads: 1 });
  expect(planInference(2, 12 * MIB)).toEqual({ processes: 2, threads: 1 });
  expect(planInference(16, 12 * MIB)).toEqual({ processes: 4, threads: 4 });
});

it('loads a large model once', () => {
  expect(planInference(8, 600 * MIB)).toEqual({ processes: 1, threads: 8 });
});
