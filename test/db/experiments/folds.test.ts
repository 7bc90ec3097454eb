import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportRows, runsOfCells } from '../../../src/db/experiments.queries.js';
import { runsByIds } from '../../../src/db/runs.queries.js';
import { pairedBootstrapMap } from '../../../src/ml/metrics/bootstrap.js';
import { cellsByLabel } from '../../../src/ml/metrics/cells-by-label.js';
import { Turns } from '../../../src/ml/processes/turns.js';
import { decodeScores } from '../../../src/ml/train/scores-file.js';
import { reportObject } from '../../../src/resolvers/experiment-report-object.js';
import { CellComparisons } from '../../../src/services/compare-cells.js';
import { createEnsemble } from '../../../src/services/create-ensemble.js';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { planExperiment } from '../../../src/services/plan-experiment.js';
import { LabelReports } from '../../../src/services/report-labels.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { startRun } from '../../../src/services/start-run.js';
import { loadTrainingData } from '../../../src/services/training-data.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
let dataset: { datasetId: string; versionId: string };
beforeAll(async () => {
  line = await ExperimentLine.create();
  dataset = await line.dataset('photos');
  await line.worker();
});
afterAll(() => line.close());

const start = (more: object) =>
  startRun(line.deps, {
    datasetId: dataset.datasetId,
    encoderId: 'test/fake',
    config: { fusion: { kind: 'CONCAT' }, epochs: 2 },
    ...more,
  });
const fold = (index: number, more = {}) => ({ fold: { count: 2, index, ...more } });

async function run(id: string) {
  const [row] = await runsByIds(line.db, [id]);
  return row!;
}

async function testScores(id: string): Promise<number[]> {
  const [row] = await line.db.query<{ sha256: string }>(
    `select encode(scores_sha256, 'hex') as sha256 from runs where id = $1`,
    [id],
  );
  const { test } = decodeScores(await line.blobs.read(row!.sha256 as Sha256));
  return [...test.positions];
}

describe('runs on the folds of a version', () => {
  it('score every labelled sample once between them, whatever split the version gives it', async () => {
    await line.db.query(
      'update samples set labelled = false where version_id = $1 and position = 4',
      [dataset.versionId],
    );
    const ids = await Promise.all([0, 1].map((index) => start({ fold: { count: 2, index } })));
    await until(
      async () => (await Promise.all(ids.map(run))).every(({ status }) => status === 'SUCCEEDED'),
      'the end',
    );
    const scored = (await Promise.all(ids.map(testScores))).flat();
    const labelled = Array.from({ length: 30 }, (_, position) => position).filter((p) => p !== 4);
    expect(scored.toSorted((a, b) => a - b)).toEqual(labelled);

    const first = await run(ids[0]!);
    expect(first.fold).toEqual({ count: 2, index: 0, seed: 1 });
    expect(first.name).toBe('mlp concat bce seed 1 fold 1 of 2');
    const manifests = await line.db.query<{ manifest: string }>(
      `select encode(manifest, 'hex') as manifest from runs where id = any($1::uuid[])`,
      [[...ids, await start({}), await start(fold(0))]],
    );
    expect(new Set(manifests.map(({ manifest }) => manifest)).size).toBe(3);

    const combineRuns = () => Promise.reject(new Error('there is nothing to combine'));
    await expect(
      createEnsemble(
        { ...line, db: line.db, combineRuns },
        { name: 'mean', runIds: ids.slice(0, 2) },
      ),
    ).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `expected runs on the splits of their dataset version, but run ${ids[0]} is of a fold`,
    });
  });

  it('keep together what the import of the version kept together', async () => {
    const { versionId } = await line.dataset('pairs');
    await line.db.query(
      `update samples set caption = ' pair ' || position / 2 || repeat(' ', position % 2) where version_id = $1`,
      [versionId],
    );
    const parted = async () => {
      const loaded = await Promise.all(
        [0, 1, 2].map((index) =>
          loadTrainingData(
            line.db,
            versionId,
            { image: true, text: true, either: false },
            { count: 3, index, seed: 5 },
          ),
        ),
      );
      return loaded.flatMap(({ train, validation, test }) =>
        [train, validation, test].flatMap((positions) =>
          [...positions].filter((position) => !positions.includes(position ^ 1)),
        ),
      ).length;
    };
    expect(await parted()).toBeGreaterThan(0);
    await line.db.query(
      `with job as (insert into jobs (task, payload) values ('import-dataset', '{"split":{"keepTogether":"SAME_CAPTION"}}') returning id)
       update dataset_versions set import_job_id = (select id from job) where id = $1`,
      [versionId],
    );
    expect(await parted()).toBe(0);
  });

  it('are refused where there is no such fold, or too few samples for so many', async () => {
    const refused = async (more: object) => {
      const error = await start(more).catch((caught) => caught);
      expect(error.code).toBe('BAD_USER_INPUT');
      return error.message;
    };
    expect(await refused({ fold: { count: 1, index: 0 } })).toBe(
      'expected 2 to 20 for `fold.count` but received 1',
    );
    expect(await refused(fold(2))).toBe('expected 0 to 1 for `fold.index` but received 2');
    expect(await refused(fold(0, { seed: -1 }))).toBe(
      'expected a whole number from 0 for `fold.seed` but received -1',
    );
    expect(await refused({ fold: { count: 4, index: 0 } })).toBe(
      'expected fewer folds but received 4: the fusion can use 29 labelled samples, and a fold takes at least 10',
    );
  });
});

describe('an experiment with folds', () => {
  const given = {
    heads: [{ kind: 'LINEAR' }],
    fusions: [{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }],
    seeds: [1, 2],
    folds: { count: 2 },
  };

  it('has a run for every cell, seed and fold, and reports on the folds together', async () => {
    const { datasetId, versionId } = await line.dataset('folded');
    line.trainer.quality = ({ config, seed }) =>
      (config.fusion.kind === 'CONCAT' ? 0.8 : 0.4) + seed / 100;
    line.trainer.score = ({ config }, truth) =>
      config.fusion.kind === 'CONCAT' ? (truth ? 0.9 : 0.1) : 0.5;
    const plan = await planExperiment(line.deps, line.input(datasetId, given));
    expect(plan).toMatchObject({ numCells: 2, numRuns: 8 });
    const id = await startExperiment(line.deps, line.input(datasetId, given));
    await until(async () => (await line.experiment(id)).status === 'SUCCEEDED', 'the end');
    expect((await line.experiment(id)).folds).toEqual({ count: 2, seed: 1 });

    const shown = await runsOfCells(line.db, [id], [1]);
    expect(shown.map(({ seed, fold }) => [seed, fold])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    for (const { runId, fold } of shown) {
      expect((await run(runId!)).fold).toEqual({ count: 2, index: fold, seed: 1 });
    }

    const report = reportObject(await reportRows(line.db, [id]), {
      versionId,
      search: { ranges: [] } as never,
    });
    expect(report.cells.map(({ numSeeds, complete }) => [numSeeds, complete])).toEqual([
      [2, true],
      [2, true],
    ]);
    const difference = await new CellComparisons({
      queue: new Turns(),
      db: line.db,
      blobs: line.blobs,
      pairedBootstrap: async ({ a, b, targets, numLabels, options }) => {
        expect([a, b].map((seeds) => seeds.map((scores) => scores.length))).toEqual([
          [60, 60],
          [60, 60],
        ]);
        return pairedBootstrapMap(a, b, targets, numLabels, options);
      },
    }).compare({
      versionId,
      a: report.fusedScores as Sha256[][],
      b: report.singleScores as Sha256[][],
    });
    expect(difference).toMatchObject({ mean: 0.5, numSamples: 30 });
    const labels = await new LabelReports({
      queue: new Turns(),
      db: line.db,
      blobs: line.blobs,
      cellsByLabel: async (payload) => cellsByLabel(payload),
    }).report({
      version: { id: versionId, labels: [{ name: 'a' }, { name: 'b' }] },
      ...report.bestRuns,
      single: 'imageOnly',
    });
    expect(labels).toMatchObject({
      numSamples: 30,
      labels: [
        { support: 15, fused: { f1: 1 } },
        { support: 15, fused: { f1: 1 } },
      ],
      flips: { gained: 30, lost: 0, numSamples: 30 },
    });
  });

  it('is extended by seeds on the same folds, and reuses a run that is there', async () => {
    const { datasetId } = await line.dataset('more');
    const one = { ...given, fusions: [{ kind: 'CONCAT' }], seeds: [1] };
    const id = await startExperiment(line.deps, line.input(datasetId, one));
    await until(async () => (await line.experiment(id)).status === 'SUCCEEDED', 'the end');
    await extendExperiment(line.deps, { id, seeds: [2] });
    await until(async () => (await line.experiment(id)).numSucceeded === 4, 'the extension');
    expect(await runsOfCells(line.db, [id], [0])).toHaveLength(4);

    const again = await startExperiment(line.deps, line.input(datasetId, { ...given, seeds: [2] }));
    await until(async () => (await line.experiment(again)).status === 'SUCCEEDED', 'the second');
    expect(await line.experiment(again)).toMatchObject({ numRuns: 4, numReused: 2 });
  });

  it('halves with as many runs for each cell as it has folds', async () => {
    const { datasetId } = await line.dataset('halved');
    const search = { kind: 'HALVING', cells: 2, reduction: 2, minEpochs: 1, maxEpochs: 2 };
    const id = await startExperiment(
      line.deps,
      line.input(datasetId, { ...given, seeds: [1], search, config: {} }),
    );
    await until(async () => (await line.experiment(id)).status === 'SUCCEEDED', 'the end');
    expect(await line.experiment(id)).toMatchObject({ numCells: 3, numRuns: 6, numSucceeded: 6 });
  });

  it('is refused for too many runs, too many folds, and too few samples', async () => {
    const { datasetId } = await line.dataset('few');
    const refused = (more: object) =>
      startExperiment(line.deps, line.input(datasetId, { ...given, ...more })).catch(
        (error) => error.message,
      );
    expect(await refused({ folds: { count: 21 } })).toBe(
      'expected 2 to 20 for `folds.count` but received 21',
    );
    expect(await refused({ folds: { count: 4 } })).toBe(
      'expected fewer folds but received 4: the fusion can use 30 labelled samples, and a fold takes at least 10',
    );
    const seeds = Array.from({ length: 300 }, (_, seed) => seed);
    expect(await refused({ seeds })).toBe(
      'expected at most 1000 runs but received 2 fusions × 300 seeds × 2 folds = 1200: leave some out, or start several experiments',
    );
  });
});
