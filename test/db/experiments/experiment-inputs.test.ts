import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { planExperiment } from '../../../src/services/plan-experiment.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
let datasetId: string;
beforeAll(async () => {
  line = await ExperimentLine.create();
  ({ datasetId } = await line.dataset('photos'));
});
afterAll(() => line.close());

describe('an input', () => {
  const heads = [{ kind: 'LINEAR' }, { kind: 'MLP' }];
  it.each<[string, object, string]>([
    [
      'too many runs',
      { heads, fusions: [{}, {}], seeds: range(251) },
      '2 heads × 2 fusions × 251 seeds = 1004',
    ],
    ['a repeated seed', { seeds: [1, 2, 1] }, 'expected different `seeds` but received 1 twice'],
    [
      'a negative seed',
      { seeds: [-1] },
      'expected whole numbers from 0 for `seeds` but received -1',
    ],
    ['no seed', { seeds: [] }, 'expected at least one value for `seeds`'],
    [
      'a precision that is not there',
      { precision: 'FP16' },
      'expected one of FP32 for `precision`',
    ],
    ['no head', { heads: [] }, 'expected at least one value for `heads`'],
    [
      'equal heads',
      { heads: [{}, { kind: 'MLP', hidden: [512] }] },
      'expected different values for `heads` but received "MLP" with the same options twice (values 1 and 2)',
    ],
    ['equal batch sizes', { batchSizes: [8, 16, 8] }, 'received 8 twice (values 1 and 3)'],
    ['epochs twice over', { epochs: [1, 2] }, 'expected one of `epochs` and `config.epochs`'],
    ['a bad mixup', { mixups: [0, 11] }, '`mixups[1]`: expected a number from 0 and up to 10'],
    [
      'a bad optimizer',
      { optimizers: [{ kind: 'ADAMW', momentum: 0.9 }] },
      '`optimizers[0]`: expected no such option with kind ADAMW for `optimizer.momentum`',
    ],
    [
      'a bad option',
      { heads: [{ kind: 'LINEAR' }, { kind: 'MLP', dropout: 2 }] },
      '`heads[1]`: expected a number',
    ],
    [
      'a head twice over',
      { config: { head: { kind: 'MLP' } } },
      'expected one of `heads` and `config.head`',
    ],
    ['a bad base', { config: { epochs: 0 } }, '`epochs`'],
    ['a name too long', { name: 'x'.repeat(201) }, '`name`'],
  ])('with %s is refused', async (_name, more, message) => {
    const input = line.input(datasetId, more);
    for (const ask of [planExperiment, startExperiment]) {
      await expect(ask(line.deps, input)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining(message),
      });
    }
  });

  it('of as many runs as there may be is planned and started', async () => {
    const plan = await planExperiment(line.deps, line.input(datasetId, { seeds: range(250) }));
    expect(plan).toMatchObject({ numCells: 4, numRuns: 1000 });
    const id = await startExperiment(line.deps, line.input(datasetId, { seeds: range(250) }));
    expect((await line.experiment(id)).numRuns).toBe(1000);
    await expect(extendExperiment(line.deps, { id, seeds: [250] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('needs samples to compare on', async () => {
    const bare = await line.dataset('no validation', ['TRAIN', 'TEST']);
    await expect(startExperiment(line.deps, line.input(bare.datasetId))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('VALIDATION'),
    });
  });
});

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
