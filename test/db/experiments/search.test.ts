import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stepOptimizer } from '../../../src/ml/nn/optimizers/table.js';
import type { TrainPayload } from '../../../src/ml/processes/train.methods.js';
import {
  pauseExperiment,
  resumeExperiment,
  retryExperimentCell,
} from '../../../src/services/control-experiment.js';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { planExperiment } from '../../../src/services/plan-experiment.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { startRun } from '../../../src/services/start-run.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
let datasetId: string;
let number = 0;

beforeAll(async () => {
  line = await ExperimentLine.create();
});
beforeEach(async () => {
  await line.db.query('delete from experiments');
  await line.db.query('delete from runs');
  ({ datasetId } = await line.dataset(`searched ${number++}`));
  line.trainer.begun.length = 0;
  line.trainer.quality = () => 0.5;
});
afterEach(async () => {
  line.trainer.failing.clear();
  line.trainer.release();
  await line.stopWorkers();
});
afterAll(() => line.close());

const input = (more = {}) => ({
  name: 'search',
  datasetId,
  encoderId: 'test/fake',
  config: { head: { kind: 'LINEAR' } },
  ...more,
});
const start = (more = {}) => startExperiment(line.deps, input(more));
const ended = async (id: string, wanted = 'SUCCEEDED') => {
  await until(async () => (await line.experiment(id)).status === wanted, wanted);
};

const ranges = [{ option: 'LEARNING_RATE', low: 1e-4, high: 1, scale: 'LOG' }] as const;
/** 1, 3 and 9 epochs of nine learning rates. */
const HALVING = { kind: 'HALVING', cells: 9, ranges, maxEpochs: 9 };
/** The higher the learning rate the better. */
const byRate = ({ config }: TrainPayload) =>
  Math.sqrt(stepOptimizer(config.optimizer).learningRate);

/** Cells as `rung: promoted from: epochs`, by number, with their learning rates. */
async function cells(id: string) {
  return line.db.query<{
    cell: number;
    rung: number;
    from: number | null;
    epochs: number;
    rate: number;
    seeds: number[];
    runs: string[];
  }>(
    `select cell, min(rung) as rung, min(promoted_from) as from, min((config->'epochs')::int) as epochs,
       min((config->'optimizer'->'learningRate')::float8) as rate, array_agg(seed order by position) as seeds,
       array_agg(run_id order by position) as runs
     from experiment_runs where experiment_id = $1 group by cell order by cell`,
    [id],
  );
}

describe('a random search', () => {
  it('trains as many cells as asked for, drawn from axes and ranges; more of them, and more seeds', async () => {
    const search = { kind: 'RANDOM', cells: 3, ranges };
    const fusions = [{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }];
    expect(
      await planExperiment(line.deps, input({ search, fusions, seeds: [1, 2] })),
    ).toMatchObject({
      numCells: 3,
      numRuns: 6,
      maxRuns: 6,
      numEpochs: 180,
    });
    const id = await start({ search, fusions, seeds: [1, 2] });
    await line.worker();
    await ended(id);
    const first = await cells(id);
    expect(first.map(({ seeds }) => seeds)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(new Set(first.map(({ rate }) => rate)).size).toBe(3);
    await extendExperiment(line.deps, { id, cells: 2, seeds: [3] });
    await ended(id);
    const all = await cells(id);
    expect(all.slice(0, 3).map(({ cell, rate }) => [cell, rate])).toEqual(
      first.map(({ cell, rate }) => [cell, rate]),
    );
    expect(all.map(({ seeds }) => seeds)).toEqual(Array(5).fill([1, 2, 3]));
    expect(await line.experiment(id)).toMatchObject({ numCells: 5, numSucceeded: 15 });
    for (const more of [{ fusions: [{ kind: 'SUM' }] }, {}, { cells: 1000 }]) {
      await expect(extendExperiment(line.deps, { id, ...more })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
    // The same search again is the same runs.
    const again = await start({ search: { ...search, cells: 5 }, fusions, seeds: [1, 2, 3] });
    expect(await line.experiment(again)).toMatchObject({ status: 'SUCCEEDED', numReused: 15 });
  });

  it('begins no cell that would cost more than its budget; with a larger one it goes on', async () => {
    const search = { kind: 'RANDOM', cells: 6, ranges, budgetEpochs: 25 };
    const more = { search, config: { epochs: 5 }, seeds: [1, 2] };
    expect(await planExperiment(line.deps, input(more))).toMatchObject({
      numRuns: 4,
      maxEpochs: 20,
    });
    const id = await start(more);
    await line.worker();
    await ended(id);
    expect(await line.experiment(id)).toMatchObject({ numCells: 2, numRuns: 4, numSucceeded: 4 });
    expect((await line.events(id)).map(({ message }) => message)).toContain(
      'the budget is spent: 4 cells are not tried',
    );
    const before = await cells(id);
    await extendExperiment(line.deps, { id, budgetEpochs: 30 });
    await ended(id);
    expect(await line.experiment(id)).toMatchObject({ numCells: 3, numSucceeded: 6 });
    expect((await cells(id)).slice(0, 2)).toEqual(before);
  });
});

describe('a search whose budget is spent', () => {
  const search = { kind: 'RANDOM', cells: 6, ranges, budgetRuns: 8 };

  it('still trains the further seeds of the cells that it has begun', async () => {
    const id = await start({ search, seeds: [1, 2] });
    await line.worker();
    await ended(id);
    expect(await line.experiment(id)).toMatchObject({ numCells: 4, numSucceeded: 8 });
    await extendExperiment(line.deps, { id, seeds: [3] });
    await ended(id);
    expect(await line.experiment(id)).toMatchObject({ numCells: 4, numSucceeded: 12 });
  });

  it('goes on with what it has begun where it was paused before that was known', async () => {
    await line.worker();
    await ended(await start());
    await line.stopWorkers();
    const id = await start({ search, seeds: [1, 2] });
    await pauseExperiment(line.deps, id);
    await line.worker();
    await until(async () => (await line.experiment(id)).numSucceeded === 4, 'four runs');
    await resumeExperiment(line.deps, id);
    await ended(id);
    expect(await line.experiment(id)).toMatchObject({ numCells: 4, numSucceeded: 8 });
  });

  it('is refused where not even one cell fits', async () => {
    for (const [budget, expected] of [
      [{ budgetRuns: 1 }, 'expected at least 2, what one cell costs, for `search.budgetRuns`'],
      [{ budgetEpochs: 9 }, 'expected at least 10, what one cell costs, for `search.budgetEpochs`'],
    ] as const) {
      const asked = { search: { ...search, ...budget }, seeds: [1, 2], config: { epochs: 5 } };
      await expect(start(asked)).rejects.toThrow(expected);
      await expect(planExperiment(line.deps, input(asked))).rejects.toThrow(expected);
    }
  });
});

describe('successive halving', () => {
  it('trains the best third for three times as long, and the best of those again', async () => {
    line.trainer.quality = byRate;
    const plan = await planExperiment(line.deps, input({ search: HALVING, seeds: [1, 2] }));
    expect(plan).toMatchObject({ numCells: 9, numRuns: 2 * (9 + 3 + 1), numEpochs: 2 * 27 });
    const id = await start({ search: HALVING, seeds: [1, 2] });
    await line.worker(1);
    await ended(id);
    const all = await cells(id);
    for (const { rung, epochs, from, rate, seeds } of all) {
      expect([epochs, seeds]).toEqual([3 ** rung, [1, 2]]);
      if (from === null) expect(rung).toBe(0);
      else expect([all[from]!.rung, all[from]!.rate]).toEqual([rung - 1, rate]);
    }
    const best = Math.max(...all.map(({ rate }) => rate));
    const ofRung = (rung: number) => all.filter((cell) => cell.rung === rung);
    expect(ofRung(0)).toHaveLength(9);
    expect(ofRung(1).length).toBeGreaterThanOrEqual(3);
    expect(ofRung(2).map(({ rate }) => rate)).toContain(best);
    const thirdBest = all
      .map(({ rate, rung }) => (rung === 0 ? rate : 0))
      .sort((a, b) => b - a)[2]!;
    const rates = ofRung(1).map(({ rate }) => rate);
    expect(rates.filter((rate) => rate >= thirdBest)).toHaveLength(3);
    expect(await line.experiment(id)).toMatchObject({ numRuns: 2 * all.length, numFailed: 0 });
    const messages = (await line.events(id)).flatMap(({ message }) => message ?? []);
    expect(messages.filter((message) => message.includes('goes up'))).toHaveLength(all.length - 9);

    // The longest run is what a run of those settings is, not one that was stretched.
    const { runs } = ofRung(2)[0]!;
    const [run] = await line.db.query<{ config: object; manifest: string }>(
      `select config, encode(manifest, 'hex') as manifest from runs where id = $1`,
      [runs[0]],
    );
    const alone = await startRun(line.deps, {
      ...{ datasetId, encoderId: 'test/fake', seed: 1 },
      config: run!.config,
    });
    const [same] = await line.db.query<{ manifest: string }>(
      `select encode(manifest, 'hex') as manifest from runs where id = $1`,
      [alone],
    );
    expect(same!.manifest).toBe(run!.manifest);

    // The same results again decide the same, without training anything.
    await line.stopWorkers();
    line.trainer.begun.length = 0;
    const again = await start({ search: HALVING, seeds: [1, 2] });
    expect(await line.experiment(again)).toMatchObject({ status: 'SUCCEEDED' });
    const known = (await cells(again)).filter(({ rung }) => rung === 2).map(({ rate }) => rate);
    expect(known).toContain(best);
    expect(line.trainer.begun).toEqual([]);
  });

  it('decides by results alone: with one worker the same search comes to the same cells', async () => {
    line.trainer.quality = byRate;
    const made = [];
    for (const _ of [1, 2]) {
      ({ datasetId } = await line.dataset(`alike ${number++}`));
      const id = await start({ search: HALVING });
      await line.worker(1);
      await ended(id);
      await line.stopWorkers();
      made.push((await cells(id)).map(({ rung, from, rate }) => ({ rung, from, rate })));
    }
    expect(made[1]).toEqual(made[0]);
  });

  it('sends nobody up while it is paused, and does not end before it has', async () => {
    line.trainer.hold();
    line.trainer.quality = byRate;
    const search = { ...HALVING, cells: 3 };
    const id = await start({ search });
    await line.worker(3);
    await until(() => line.trainer.underWay.size > 0, 'a training');
    await until(async () => (await line.runs()).length === 3, 'three runs');
    await pauseExperiment(line.deps, id);
    line.trainer.release();
    await until(async () => (await line.experiment(id)).numSucceeded === 3, 'their end');
    expect(await line.experiment(id)).toMatchObject({ status: 'PAUSED', numRuns: 3 });
    await resumeExperiment(line.deps, id);
    await ended(id);
    expect((await cells(id)).map(({ rung }) => rung)).toEqual([0, 0, 0, 1]);
  });

  it('counts no result of a cell of which a run failed, until it has succeeded', async () => {
    line.trainer.failing.add('LINEAR CONCAT 2');
    const id = await start({ search: { ...HALVING, cells: 3 }, seeds: [1, 2] });
    await line.worker();
    await ended(id, 'FAILED');
    expect((await cells(id)).map(({ rung }) => rung)).toEqual([0, 0, 0]);
    line.trainer.failing.clear();
    for (const cell of [2, 1]) {
      await retryExperimentCell(line.deps, id, cell);
      await ended(id, 'FAILED');
    }
    expect((await cells(id)).map(({ rung }) => rung)).toEqual([0, 0, 0]);
    await retryExperimentCell(line.deps, id, 0);
    await ended(id);
    expect((await cells(id)).map(({ rung, from }) => [rung, from])).toEqual([
      [0, null],
      [0, null],
      [0, null],
      [1, 0],
    ]);
  });

  it('sends up by the samples that all fusions can use, where they need different modalities', async () => {
    // On its own samples the photo looks better; on those that both can use the pair is.
    line.trainer.quality = ({ config }) => (config.fusion.kind === 'IMAGE_ONLY' ? 0.9 : 0.5);
    line.trainer.pairedQuality = ({ config }) => (config.fusion.kind === 'CONCAT' ? 0.6 : 0.4);
    const fusions = [{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }];
    const search = { kind: 'HALVING', reduction: 2, maxEpochs: 2 };
    const id = await start({ fusions, search });
    await line.worker(1);
    await ended(id);
    const [up] = await line.db.query<{ fusion: string }>(
      `select config #>> '{fusion,kind}' as fusion from experiment_runs where experiment_id = $1 and rung = 1`,
      [id],
    );
    expect(up!.fusion).toBe('CONCAT');
    line.trainer.pairedQuality = (payload) => line.trainer.quality(payload);
  });

  it('keeps to its budget, higher rungs before new cells', async () => {
    line.trainer.quality = byRate;
    const search = { ...HALVING, budgetRuns: 7, budgetEpochs: 14 };
    expect(await planExperiment(line.deps, input({ search }))).toMatchObject({
      numRuns: 7,
      maxRuns: 7,
      maxEpochs: 14,
    });
    const id = await start({ search });
    await line.worker(1);
    await ended(id);
    const all = await cells(id);
    expect(all.length).toBeLessThanOrEqual(7);
    expect(all.reduce((sum, { epochs }) => sum + epochs, 0)).toBeLessThanOrEqual(14);
    expect(all.some(({ rung }) => rung === 1)).toBe(true);
    await extendExperiment(line.deps, { id, budgetRuns: 100, budgetEpochs: 1000, cells: 3 });
    await ended(id);
    expect((await cells(id)).filter(({ rung }) => rung === 0)).toHaveLength(12);
    await expect(extendExperiment(line.deps, { id, seeds: [9] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('kind HALVING but received `seeds`'),
    });
  });

  it.each<[string, object, string]>([
    [
      'epochs twice',
      { search: HALVING, config: { epochs: 9 } },
      'one of `search.maxEpochs` and `config.epochs`',
    ],
    [
      'too many runs',
      { search: { ...HALVING, cells: 100 }, seeds: Array.from({ length: 8 }, (_, i) => i) },
      '144 cells in all rungs × 8 seeds = 1152',
    ],
    [
      'a head that more epochs do not change',
      { search: HALVING, heads: [{ kind: 'LINEAR' }, { kind: 'KNN' }], config: {} },
      'expected heads that are trained with search kind HALVING but received KNN',
    ],
    [
      'a long axis',
      {
        search: { kind: 'RANDOM', cells: 2 },
        mixups: Array.from({ length: 1001 }, (_, i) => i / 200),
      },
      'expected at most 1000 values for `mixups`',
    ],
  ])('with %s is refused', async (_name, more, message) => {
    for (const ask of [planExperiment, startExperiment]) {
      await expect(ask(line.deps, input(more))).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining(message),
      });
    }
  });
});

it('draws options of heads that are not trained, each set of them once whatever the optimizer', async () => {
  const knn = {
    heads: [{ kind: 'KNN', sharpness: 1 }],
    optimizers: [{ kind: 'ADAMW' }, { kind: 'SGD' }],
    fusions: [{ kind: 'MEAN' }],
    seeds: [1],
    config: {},
  };
  const ranges = [{ option: 'NEIGHBOURS', low: 1, high: 8 }] as const;
  const search = { kind: 'RANDOM', cells: 8, ranges };
  const plan = await planExperiment(line.deps, input({ ...knn, search }));
  expect(plan.numRuns).toBe(8);
  const more = input({ ...knn, search: { ...search, cells: 9 } });
  await expect(planExperiment(line.deps, more)).rejects.toThrow(
    'expected at most 8 for `search.cells`',
  );
});
