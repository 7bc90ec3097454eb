import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunConfig } from '../../../src/ml/train/run-config.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import {
  cancelExperiment,
  deleteExperiment,
  pauseExperiment,
  resumeExperiment,
  retryExperimentCell,
} from '../../../src/services/control-experiment.js';
import { deleteDataset } from '../../../src/services/delete-dataset.js';
import { deleteRun } from '../../../src/services/delete-run.js';
import { editSamples } from '../../../src/services/edit-samples.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import type { Axes } from '../../../src/services/experiment-axes.js';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { planExperiment } from '../../../src/services/plan-experiment.js';
import { runManifest } from '../../../src/services/run-manifest.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { startRun } from '../../../src/services/start-run.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
let datasetId: string;
let versionId: string;
let number = 0;

beforeAll(async () => {
  line = await ExperimentLine.create();
});
beforeEach(async () => {
  await line.db.query('delete from experiments');
  await line.db.query('delete from runs');
  ({ datasetId, versionId } = await line.dataset(`photos ${number++}`));
  line.trainer.begun.length = 0;
  line.trainer.most = 0;
});
afterEach(async () => {
  line.trainer.failing.clear();
  line.trainer.release();
  await line.stopWorkers();
});
afterAll(() => line.close());

const start = (more = {}) => startExperiment(line.deps, line.input(datasetId, more));
const status = async (id: string) => (await line.experiment(id)).status;
const reached = (id: string, wanted: string) =>
  until(async () => (await status(id)) === wanted, `${wanted}`);

async function open(): Promise<number> {
  return (await line.runs()).filter((run) => ['QUEUED', 'RUNNING'].includes(run.status)).length;
}

/** Gapless, progress never falls, and the last event alone is that of the end. */
async function checkEvents(id: string, end: string) {
  const events = await line.events(id);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  const progress = events.map((event) => event.progress);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(events.filter((event) => event.status === end)).toEqual([events.at(-1)]);
  return events;
}

describe('an experiment', () => {
  it('embeds once, trains every cell at every seed a few at a time, and ends', async () => {
    line.trainer.hold();
    const id = await start();
    expect(await line.experiment(id)).toMatchObject({ numCells: 4, numRuns: 8, status: 'RUNNING' });
    expect(await line.runs()).toEqual([]);
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    expect((await line.runs()).map((run) => run.seed)).toEqual([1, 1, 1, 1]);
    line.trainer.release();
    await reached(id, 'SUCCEEDED');

    const runs = await line.runs();
    expect(runs.map((run) => `${run.head} ${run.fusion} ${run.seed}`)).toEqual([
      'LINEAR IMAGE_ONLY 1',
      'LINEAR CONCAT 1',
      'MLP IMAGE_ONLY 1',
      'MLP CONCAT 1',
      'LINEAR IMAGE_ONLY 2',
      'LINEAR CONCAT 2',
      'MLP IMAGE_ONLY 2',
      'MLP CONCAT 2',
    ]);
    expect(new Set(runs.map((run) => run.status))).toEqual(new Set(['SUCCEEDED']));
    expect(await line.experiment(id)).toMatchObject({
      numSucceeded: 8,
      numFailed: 0,
      numReused: 0,
      error: null,
      finishedAt: expect.any(Date),
    });
    const events = await checkEvents(id, 'SUCCEEDED');
    expect(events[0]!.message).toBe('4 cells, 8 runs; waiting for the embeddings');
    const announced = events.flatMap((event) => event.runId ?? []);
    expect(announced.toSorted()).toEqual(runs.map((run) => run.id).toSorted());
    expect(events.at(-1)).toMatchObject({ progress: 1, latest: true });
    expect(line.encoder.images).toBe(30);
  });

  it('reuses what was trained before, alone or in another experiment, and says so beforehand', async () => {
    await line.worker();
    const config = {
      epochs: 3,
      head: { kind: 'LINEAR' },
      fusion: { kind: 'CONCAT' },
    };
    const given = { datasetId, encoderId: 'test/fake' };
    expect(await planExperiment(line.deps, line.input(datasetId))).toEqual({
      numCells: 4,
      numRuns: 8,
      maxRuns: 8,
      numEpochs: 24,
      maxEpochs: 24,
      rungs: [],
      numToEmbed: 60,
      numDone: 0,
      estimatedSeconds: null,
    });
    const alone = await startRun(line.deps, { ...given, config, seed: 2 });
    const another = await startRun(line.deps, { ...given, config: { ...config, epochs: 4 } });
    await until(async () => (await open()) === 0, 'the end of the run');
    // One epoch of 2 s on as many samples, three epochs for each of the seven that are left.
    expect(await planExperiment(line.deps, line.input(datasetId))).toEqual({
      numCells: 4,
      numRuns: 8,
      maxRuns: 8,
      numEpochs: 24,
      maxEpochs: 24,
      rungs: [],
      numToEmbed: 0,
      numDone: 1,
      estimatedSeconds: 42,
    });
    const first = await start({ seeds: [2] });
    await reached(first, 'SUCCEEDED');
    expect((await line.experiment(first)).numReused).toBe(1);
    expect(await planExperiment(line.deps, line.input(datasetId))).toMatchObject({ numDone: 4 });
    const second = await start();
    await reached(second, 'SUCCEEDED');
    expect((await line.experiment(second)).numReused).toBe(4);
    const runs = await line.runs();
    expect(runs).toHaveLength(9);
    expect(runs.map((run) => run.id)).toEqual(expect.arrayContaining([alone, another]));
    const [all] = await line.db.query<{ runs: string[] }>(
      'select array_agg(distinct run_id) as runs from experiment_runs where experiment_id = $1',
      [second],
    );
    expect(all!.runs).toHaveLength(8);
    expect(all!.runs).not.toContain(another);

    // Nothing is left to do: it ends in the transaction that begins it.
    await line.stopWorkers();
    const third = await start();
    expect(await line.experiment(third)).toMatchObject({ status: 'SUCCEEDED', numReused: 8 });
    await checkEvents(third, 'SUCCEEDED');
  });

  it('goes on where it stood when its worker is replaced in the middle', async () => {
    line.trainer.hold();
    const id = await start();
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    const interrupted = [...line.trainer.underWay];
    await line.stopWorkers();
    expect(await status(id)).toBe('RUNNING');
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings again');
    line.trainer.release();
    await reached(id, 'SUCCEEDED');
    const runs = await line.runs();
    expect(runs).toHaveLength(8);
    for (const run of runs) {
      const name = `${run.head} ${run.fusion} ${run.seed}`;
      expect([name, run.attempt]).toEqual([name, interrupted.includes(name) ? 2 : 1]);
    }
    await checkEvents(id, 'SUCCEEDED');
  });

  it('pauses: what is queued is trained, nothing more is queued until it is resumed', async () => {
    line.trainer.hold();
    const id = await start();
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    await pauseExperiment(line.deps, id);
    await pauseExperiment(line.deps, id);
    line.trainer.release();
    await until(async () => (await open()) === 0, 'the end of those that were queued');
    expect(await line.runs()).toHaveLength(4);
    expect(await line.experiment(id)).toMatchObject({ status: 'PAUSED', numSucceeded: 4 });
    await resumeExperiment(line.deps, id);
    await reached(id, 'SUCCEEDED');
    expect(await line.runs()).toHaveLength(8);
    await checkEvents(id, 'SUCCEEDED');
    await expect(pauseExperiment(line.deps, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(resumeExperiment(line.deps, id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is cancelled with those of its runs that nobody else wants, and can be resumed', async () => {
    line.trainer.hold();
    const id = await start({ seeds: [1] });
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    const other = await start({ heads: [{ kind: 'LINEAR' }], seeds: [1] });
    expect(await line.runs()).toHaveLength(4);
    const deps = { ...line.deps, cancelRun: (runId: string) => line.cancelRun(runId) };
    await cancelExperiment(deps, id);
    await cancelExperiment(deps, id);
    line.trainer.release();
    await reached(other, 'SUCCEEDED');
    expect(await status(id)).toBe('CANCELLED');
    const runs = await line.runs();
    expect(runs.map((run) => [run.head, run.status])).toEqual([
      ['LINEAR', 'SUCCEEDED'],
      ['LINEAR', 'SUCCEEDED'],
      ['MLP', 'CANCELLED'],
      ['MLP', 'CANCELLED'],
    ]);
    await checkEvents(id, 'CANCELLED');
    await expect(retryExperimentCell(line.deps, id, 2)).rejects.toMatchObject({ code: 'CONFLICT' });
    await resumeExperiment(line.deps, id);
    await reached(id, 'SUCCEEDED');
    expect((await line.runs()).filter((run) => run.status === 'SUCCEEDED')).toHaveLength(4);
  });

  it('that was cancelled while others trained all of its runs is resumed to its end', async () => {
    line.trainer.hold();
    const id = await start({ seeds: [1] });
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    const other = await start({ seeds: [1] });
    await cancelExperiment({ ...line.deps, cancelRun: (run) => line.cancelRun(run) }, id);
    line.trainer.release();
    await reached(other, 'SUCCEEDED');
    await resumeExperiment(line.deps, id);
    expect(await status(id)).toBe('SUCCEEDED');
    expect(await line.runs()).toHaveLength(4);
  });

  it('gets a run of its own where one that it shared is cancelled by others', async () => {
    line.trainer.hold();
    const id = await start({ seeds: [1] });
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    const other = await start({ seeds: [1] });
    const [shared] = await line.runs();
    await line.cancelRun(shared!.id);
    expect(await line.experiment(id)).toMatchObject({ numFailed: 1, numReused: 0 });
    expect(await line.experiment(other)).toMatchObject({ numFailed: 0, numReused: 3 });
    line.trainer.release();
    await reached(other, 'SUCCEEDED');
    await reached(id, 'FAILED');
    expect(await line.runs()).toHaveLength(5);
    await checkEvents(other, 'SUCCEEDED');
    await resumeExperiment(line.deps, id);
    expect(await line.experiment(id)).toMatchObject({ status: 'SUCCEEDED', numReused: 1 });
  });

  it('is planned with what is to be embedded: everything at first, then what an edit has changed', async () => {
    const plan = () => planExperiment(line.deps, line.input(datasetId));
    expect(await plan()).toMatchObject({ numToEmbed: 60 });
    await embedDataset(line.deps, { datasetVersionId: versionId, encoderId: 'test/fake' });
    expect(await plan()).toMatchObject({ numToEmbed: 60 });
    await line.worker();
    await until(async () => (await plan()).numToEmbed === 0, 'the embeddings');
    await editSamples(line.deps, {
      datasetId,
      edits: [{ key: '003', caption: 'not said before' }],
    });
    expect(await plan()).toMatchObject({ numToEmbed: 1 });
  });

  it("leaves alone a run that somebody started for itself, though it wants that run's result", async () => {
    await line.worker();
    await embedDataset(line.deps, { datasetVersionId: versionId, encoderId: 'test/fake' });
    line.trainer.hold();
    const config = { epochs: 3, head: { kind: 'LINEAR' }, fusion: { kind: 'CONCAT' } };
    const given = { datasetId, encoderId: 'test/fake', config };
    const alone = await startRun(line.deps, given);
    await until(() => line.trainer.underWay.has('LINEAR CONCAT 1'), 'its training');
    const id = await start({ heads: [{ kind: 'LINEAR' }], seeds: [1] });
    expect(await line.runs()).toHaveLength(2);
    await cancelExperiment({ ...line.deps, cancelRun: (run) => line.cancelRun(run) }, id);
    const own = (await line.runs()).find((run) => run.id === alone);
    expect(own).toMatchObject({ status: 'RUNNING', attempt: 1 });
  });

  it('ends FAILED when a run fails, and succeeds when the cell alone is retried', async () => {
    line.trainer.failing.add('MLP CONCAT 2');
    const id = await start();
    await line.worker();
    await reached(id, 'FAILED');
    expect(await line.experiment(id)).toMatchObject({ numSucceeded: 7, numFailed: 1 });
    const events = await checkEvents(id, 'FAILED');
    expect(events.at(-1)!.message).toBe('1 of 8 runs did not succeed');
    await expect(retryExperimentCell(line.deps, id, 0)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(resumeExperiment(line.deps, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    line.trainer.failing.clear();
    line.trainer.begun.length = 0;
    await retryExperimentCell(line.deps, id, 3);
    await reached(id, 'SUCCEEDED');
    expect(line.trainer.begun).toEqual(['MLP CONCAT 2']);
    expect((await line.events(id)).filter((event) => event.latest)).toHaveLength(1);
  });

  it('is extended by values and seeds; only what is new is run, and cells keep their numbers', async () => {
    const id = await start({ heads: [{ kind: 'LINEAR' }], seeds: [5] });
    await line.worker();
    await reached(id, 'SUCCEEDED');
    line.trainer.begun.length = 0;
    await extendExperiment(line.deps, {
      id,
      heads: [{ kind: 'MLP', hidden: [4] }],
      fusions: [{ kind: 'TEXT_ONLY' }],
      seeds: [6],
    });
    await reached(id, 'SUCCEEDED');
    expect(line.trainer.begun.toSorted()).toEqual(
      [
        'LINEAR TEXT_ONLY 5',
        'MLP CONCAT 5',
        'MLP IMAGE_ONLY 5',
        'MLP TEXT_ONLY 5',
        'LINEAR CONCAT 6',
        'LINEAR IMAGE_ONLY 6',
        'LINEAR TEXT_ONLY 6',
        'MLP CONCAT 6',
        'MLP IMAGE_ONLY 6',
        'MLP TEXT_ONLY 6',
      ].toSorted(),
    );
    expect(await line.experiment(id)).toMatchObject({ numCells: 6, numRuns: 12, seeds: [5, 6] });
    const cells = await line.db.query<{ cell: number; fusion: string }>(
      `select distinct cell, config #>> '{fusion,kind}' as fusion from experiment_runs
       where experiment_id = $1 and config #>> '{head,kind}' = 'LINEAR' order by cell`,
      [id],
    );
    expect(cells.map(({ fusion }) => fusion)).toEqual(['IMAGE_ONLY', 'CONCAT', 'TEXT_ONLY']);
    for (const again of [{ seeds: [5] }, { heads: [{ kind: 'LINEAR' }] }, {}, { seeds: [] }]) {
      await expect(extendExperiment(line.deps, { id, ...again })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
  });

  it('varies optimizers, mixups, batch sizes and epochs too, also one that was started before there were such axes', async () => {
    const one = { heads: [{ kind: 'LINEAR' }], fusions: [{ kind: 'CONCAT' }], seeds: [1] };
    const id = await start({
      ...one,
      optimizers: [{ kind: 'SGD' }, { kind: 'ADAMW', learningRate: 0.01 }],
      mixups: [0, 0.2],
      config: { epochs: 3, batchSize: 8 },
    });
    const cells = () =>
      line.db.query<{ cell: string }>(
        `select concat_ws(' ', config #>> '{optimizer,kind}', config->'optimizer'->'learningRate', config->'mixup',
           config->'batchSize', config->'epochs') as cell
         from experiment_runs where experiment_id = $1 order by position`,
        [id],
      );
    const before = ['SGD 0.1 0 8 3', 'SGD 0.1 0.2 8 3', 'ADAMW 0.01 0 8 3', 'ADAMW 0.01 0.2 8 3'];
    expect((await cells()).map(({ cell }) => cell)).toEqual(before);
    await line.worker();
    await reached(id, 'SUCCEEDED');
    await extendExperiment(line.deps, { id, epochs: [5] });
    await reached(id, 'SUCCEEDED');
    const longer = before.map((cell) => cell.replace(/3$/, '5'));
    expect((await cells()).map(({ cell }) => cell)).toEqual([...before, ...longer]);

    const old = await start({ ...one, seeds: [2] });
    await line.db.query(
      `update experiments set axes = axes - array['optimizers', 'mixups', 'batchSizes', 'epochs'] where id = $1`,
      [old],
    );
    await reached(old, 'SUCCEEDED');
    await extendExperiment(line.deps, { id: old, batchSizes: [16] });
    await reached(old, 'SUCCEEDED');
    expect(await line.experiment(old)).toMatchObject({ numCells: 2, numSucceeded: 2 });
  });

  it('of an earlier version, which took options of schedules that it did not choose, goes on and is extended', async () => {
    const one = { heads: [{ kind: 'LINEAR' }], fusions: [{ kind: 'CONCAT' }], seeds: [1] };
    const id = await start({ ...one, optimizers: [{ kind: 'SGD' }, { kind: 'ADAMW' }] });
    // As that version would have it: also in the manifests that its runs are found again by.
    const odd = { stepEpochs: 3 };
    const [experiment] = await line.db.query<{ versionId: string; setId: string; axes: Axes }>(
      'select version_id as "versionId", (select set_id from experiment_sets where experiment_id = id) as "setId", axes from experiments where id = $1',
      [id],
    );
    const optimizers = experiment!.axes.optimizers.map((optimizer) => ({ ...optimizer, ...odd }));
    await line.db.query(
      `update experiments set axes = axes || $2::jsonb, config = jsonb_set(config, '{optimizer}', $3::jsonb) where id = $1`,
      [id, JSON.stringify({ optimizers }), JSON.stringify(optimizers[0])],
    );
    const wanted = await line.db.query<{ position: number; config: RunConfig }>(
      'select position, config from experiment_runs where experiment_id = $1 order by position',
      [id],
    );
    for (const { position, config: stored } of wanted) {
      const config = { ...stored, optimizer: { ...stored.optimizer, ...odd } } as RunConfig;
      const manifest = runManifest({ ...experiment!, config, seed: 1, fold: null });
      await line.db.query(
        `update experiment_runs set config = $3, manifest = decode($4, 'hex') where experiment_id = $1 and position = $2`,
        [id, position, JSON.stringify(config), manifest],
      );
    }
    await line.worker();
    await reached(id, 'SUCCEEDED');
    await extendExperiment(line.deps, { id, seeds: [2] });
    await reached(id, 'SUCCEEDED');
    expect(await line.experiment(id)).toMatchObject({ numCells: 2, numRuns: 4, numSucceeded: 4 });
    const [{ alike }] = (await line.db.query<{ alike: number }>(
      'select count(*)::int as alike from experiment_runs w join runs r on r.id = w.run_id and r.manifest = w.manifest',
    )) as [{ alike: number }];
    expect(alike).toBe(4);
    const refused = { kind: 'LION', ...odd };
    await expect(extendExperiment(line.deps, { id, optimizers: [refused] })).rejects.toThrow(
      '`optimizers[0]`: expected no such option with schedule CONSTANT, as STEP has it, for `optimizer.stepEpochs` but received 3',
    );
  });

  it('fails with its embedding, and goes on from there when resumed', async () => {
    const id = await start();
    const [job] = await line.db.query<{ id: string }>(
      'select job_id as id from embedding_sets where version_id = $1',
      [versionId],
    );
    await cancelJob({ db: line.db, settlers: line.tasks }, job!.id);
    expect(await line.experiment(id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'CANCELLED' },
      numFailed: 0,
    });
    await line.worker();
    await resumeExperiment(line.deps, id);
    await reached(id, 'SUCCEEDED');
    expect((await line.experiment(id)).error).toBeNull();
  });
});

describe('deleting', () => {
  it('goes from the experiment to its runs to the dataset, and not the other way round', async () => {
    line.trainer.hold();
    const id = await start({ seeds: [1] });
    await line.worker();
    await until(() => line.trainer.underWay.size === 2, 'two trainings');
    await expect(deleteExperiment(line.deps, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    line.trainer.release();
    await reached(id, 'SUCCEEDED');
    const deps = { db: line.db, blobs: line.blobs };
    const runs = await line.runs();
    await expect(deleteRun(deps, runs[0]!.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The experiment "matrix" has the run: delete that first.',
    });
    await expect(deleteDataset(deps, datasetId)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The dataset has 1 experiment: delete it first.',
    });
    await deleteExperiment(line.deps, id);
    expect(await line.runs()).toHaveLength(4);
    for (const run of runs) await deleteRun(deps, run.id);
    await deleteDataset(deps, datasetId);
  });

  it('and every other change answers NOT_FOUND to what is no id', async () => {
    const deps = { ...line.deps, cancelRun: async () => {} };
    for (const id of ['', "' or true --", '00000000-0000-0000-0000-000000000000']) {
      for (const change of [
        () => pauseExperiment(deps, id),
        () => resumeExperiment(deps, id),
        () => cancelExperiment(deps, id),
        () => retryExperimentCell(deps, id, 0),
        () => deleteExperiment(deps, id),
        () => extendExperiment(deps, { id, seeds: [3] }),
      ]) {
        await expect(change()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    }
  });
});
