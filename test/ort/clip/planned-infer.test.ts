import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { PlannedInfer } from '../../../src/ml/processes/planned-infer.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';

let small: EncoderDescription;
let large: EncoderDescription;
beforeAll(async () => {
  small = await describeEncoder(TINY_CLIP);
  // As far as a plan is concerned.
  large = { ...small, revision: 'f'.repeat(64), sizeBytes: 2 ** 30 };
});

const runners: PlannedInfer[] = [];
afterAll(() => Promise.all(runners.map((runner) => runner.close())));

function open(options: { threads: number; mostProcesses?: number }): PlannedInfer {
  const runner = new PlannedInfer(options);
  runners.push(runner);
  return runner;
}

const busy = (runner: PlannedInfer, encoder: EncoderDescription) =>
  Promise.all(Array.from({ length: 8 }, (_, i) => runner.embedTexts(encoder, [`text ${i}`])));

it('runs a large encoder in one process, also when small ones came before it, with the same vectors', async () => {
  const runner = open({ threads: 2 });
  expect(runner.processes).toBe(2);
  const vectors = await busy(runner, small);
  const before = runner.pids;
  expect(before).toHaveLength(2);
  const others = await busy(runner, large);
  expect(runner.pids.filter((pid) => !before.includes(pid))).toHaveLength(1);
  others.forEach((vector, i) => {
    vector.forEach((value, j) => {
      expect(value).toBeCloseTo(vectors[i]![j]!, 5);
    });
  });
});

it('starts no more processes than it may', async () => {
  const runner = open({ threads: 2, mostProcesses: 1 });
  expect(runner.processes).toBe(1);
  await busy(runner, small);
  expect(runner.pids).toHaveLength(1);
});
