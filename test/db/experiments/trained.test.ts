import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportRows } from '../../../src/db/experiments.queries.js';
import { thresholdSetsByVersions } from '../../../src/db/threshold-sets.queries.js';
import type { PointToFit } from '../../../src/ml/processes/statistics.methods.js';
import { StatisticsProcess } from '../../../src/ml/processes/statistics-process.js';
import { TrainProcess } from '../../../src/ml/processes/train-process.js';
import { Turns } from '../../../src/ml/processes/turns.js';
import { Session } from '../../../src/ml/runtime/session.js';
import { CellComparisons } from '../../../src/services/compare-cells.js';
import { RunComparisons } from '../../../src/services/compare-runs.js';
import { deleteModelVersion } from '../../../src/services/delete-model-version.js';
import { RunEvaluations } from '../../../src/services/evaluate-run.js';
import { reportExperiment } from '../../../src/services/experiment-report.js';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { predict } from '../../../src/services/predict.js';
import { registerModel } from '../../../src/services/register-model.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import {
  type CreateThresholdSetInput,
  createThresholdSet,
  deleteThresholdSet,
} from '../../../src/services/threshold-sets.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { until } from '../jobs/until.js';
import { DIMENSION } from '../line/fake-encoder.js';
import { ExperimentLine } from './experiment-line.js';

type Mean = Record<'meanAveragePrecision' | 'microF1' | 'macroF1' | 'samplesF1', number>;

const trainer = new TrainProcess();
const statistics = new StatisticsProcess();
let line: ExperimentLine;
beforeAll(async () => {
  line = await ExperimentLine.create((payload, options) => trainer.train(payload, options));
  await line.worker();
});
afterAll(async () => {
  await line.close();
  await Promise.all([trainer.close(), statistics.close()]);
});

it('an experiment that is really trained reports what its runs measured', async () => {
  const { datasetId, versionId } = await line.dataset('photos');
  const id = await startExperiment(line.deps, line.input(datasetId));
  await until(
    async () => (await line.experiment(id)).status === 'SUCCEEDED',
    'the end of the experiment',
    60_000,
  );
  const measured = await line.db.query<{ cell: number; validation: number; test: number }>(
    `select w.cell, avg((r.best ->> 'meanAveragePrecision')::float8) as validation,
       avg((r.final ->> 'meanAveragePrecision')::float8) as test
     from experiment_runs w join runs r on r.id = w.run_id where w.experiment_id = $1
     group by w.cell order by validation desc, cell`,
    [id],
  );
  const rows = await reportRows(line.db, [id]);
  const report = reportExperiment(rows, []);
  expect(report.cells.map((cell) => [cell.number, cell.meanAveragePrecision?.mean])).toEqual(
    measured.map(({ cell, validation }) => [cell, expect.closeTo(validation, 10)]),
  );

  const evaluations = new RunEvaluations({
    db: line.db,
    blobs: line.blobs,
    evaluateScores: (payload) => statistics.evaluateScores(payload),
  });
  const runs = await line.db.query<{ id: string; best: Mean; final: Mean }>(
    `select r.id, r.best, r.final from experiment_runs w join runs r on r.id = w.run_id where w.experiment_id = $1`,
    [id],
  );
  for (const { id: runId, best, final } of runs) {
    for (const [split, stored] of [
      ['VALIDATION', best],
      ['TEST', final],
    ] as const) {
      const { full, numSamples } = (await evaluations.get(runId, split))!;
      expect(full).toMatchObject(stored);
      expect(numSamples).toBe(10);
      const { low, mean, high } = full!.meanAveragePrecisionInterval!;
      expect(low).toBeLessThanOrEqual(mean);
      expect(high).toBeGreaterThanOrEqual(mean);
      expect(full!.frequencyGroups.map((of) => [of.numLabels, of.macroF1])).toEqual([
        [0, null],
        [0, null],
        [2, full!.macroF1],
      ]);
      for (const { bins } of full!.reliability) {
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(numSamples);
      }
    }
  }

  const compared = new RunComparisons({
    queue: new Turns(),
    db: line.db,
    blobs: line.blobs,
    pairedBootstrap: (payload) => statistics.pairedBootstrap(payload),
    pairedF1s: (payload) => statistics.pairedF1s(payload),
    cellsByLabel: (payload) => statistics.cellsByLabel(payload),
  });
  const [one, other] = [runs[0]!, runs[1]!];
  const found = (await compared.compare(one.id, other.id, 'TEST'))!;
  const higher = one.final.meanAveragePrecision - other.final.meanAveragePrecision;
  expect(found.mean).toBeCloseTo(higher, 6);
  for (const name of ['microF1', 'macroF1', 'samplesF1'] as const) {
    expect(found.f1s[name].mean).toBeCloseTo(one.final[name] - other.final[name], 10);
  }
  expect(found.labels).toHaveLength(2);
  const fitted = (await compared.compare(one.id, other.id, 'VALIDATION'))!;
  expect(fitted.mean).toBeCloseTo(
    one.best.meanAveragePrecision - other.best.meanAveragePrecision,
    6,
  );
  const reverse = (await compared.compare(other.id, one.id, 'TEST'))!;
  expect([reverse.flips.gained, reverse.flips.lost]).toEqual([
    found.flips.lost,
    found.flips.gained,
  ]);
  const self = (await compared.compare(one.id, one.id, 'TEST'))!;
  expect(self).toMatchObject({ mean: 0, low: 0, high: 0, flips: { gained: 0, lost: 0 } });
  await expect(compared.compare(one.id, id, 'TEST')).rejects.toThrow(
    'no run `b` that has SUCCEEDED',
  );

  // Every sample has a photo and a caption, so both cells were measured on the same ones.
  const { bestFused, bestSingle } = report;
  const scoresOf = (cell: number) =>
    rows.filter((row) => row.cell === cell).map((row) => [row.scoresSha256 as Sha256]);
  const comparisons = new CellComparisons({
    queue: new Turns(),
    db: line.db,
    blobs: line.blobs,
    pairedBootstrap: (payload) => statistics.pairedBootstrap(payload),
  });
  const comparison = (await comparisons.compare({
    versionId,
    a: scoresOf(bestFused!.number),
    b: scoresOf(bestSingle!.number),
  }))!;
  const on = (cell: number) => measured.find((each) => each.cell === cell)!.test;
  expect(comparison.numSamples).toBe(10);
  expect(comparison.mean).toBeCloseTo(on(bestFused!.number) - on(bestSingle!.number), 6);
  expect(comparison.low).toBeLessThan(comparison.high);
  expect(comparison.low).toBeLessThanOrEqual(comparison.mean);
  expect(comparison.high).toBeGreaterThanOrEqual(comparison.mean);
}, 90_000);

it('heads with nothing to train are cells like others: evaluated, exported, registered', async () => {
  const { datasetId } = await line.dataset('baselines');
  const untrained = [{ kind: 'ZERO_SHOT' }, { kind: 'KNN' }, { kind: 'TIP_ADAPTER' }];
  const input = line.input(datasetId, {
    heads: untrained,
    fusions: [{ kind: 'MEAN' }],
    optimizers: [{ kind: 'ADAMW' }, { kind: 'SGD' }],
    seeds: [1],
  });
  const id = await startExperiment(line.deps, input);
  const ended = async () => (await line.experiment(id)).status === 'SUCCEEDED';
  await until(ended, 'the end of the baselines', 60_000);
  await extendExperiment(line.deps, { id, heads: [{ kind: 'TEXT_BLENDED' }] });
  await until(ended, 'the end of the extension', 60_000);
  const rows = await line.db.query<{
    id: string;
    head: string;
    wanted: number;
    epochs: number;
    rate: number;
    validated: boolean;
    thresholds: number[];
    headSha256: string;
  }>(
    `select r.id, r.config #>> '{head,kind}' as head, (r.config ->> 'epochs')::int as wanted,
       count(e)::int as epochs, max(e.learning_rate) as rate, bool_and(e.validation_loss > 0) as validated,
       r.thresholds, encode(r.head_sha256, 'hex') as "headSha256"
     from experiment_runs w join runs r on r.id = w.run_id join run_epochs e on e.run_id = r.id
     where w.experiment_id = $1 group by r.id, w.position order by w.position`,
    [id],
  );
  expect(rows.map(({ head, wanted, epochs }) => [head, wanted, epochs])).toEqual([
    ['ZERO_SHOT', 1, 1],
    ['KNN', 1, 1],
    ['TIP_ADAPTER', 1, 1],
    ['TEXT_BLENDED', 3, 3],
    ['TEXT_BLENDED', 3, 3],
  ]);
  for (const row of rows) {
    expect(row.validated).toBe(true);
    expect(row.rate === 0).toBe(row.head !== 'TEXT_BLENDED');
    expect(row.thresholds).toHaveLength(2);
    const session = await Session.open(line.blobs.path(row.headSha256 as Sha256), { threads: 1 });
    const tensor = {
      dtype: 'float32',
      shape: [3, DIMENSION],
      data: new Float32Array(3 * DIMENSION).fill(0.3),
    } as const;
    const { logits } = await session.run({ image_embeds: tensor, text_embeds: tensor });
    await session.close();
    expect(logits!.shape).toEqual([3, 2]);
    expect(Array.from(logits!.data as Float32Array).every(Number.isFinite)).toBe(true);
  }
  const deps = { db: line.db, blobs: line.blobs };
  await registerModel(deps, { runId: rows[1]!.id, name: 'neighbours' });
});

it('a model version has other operating points on the same weights, fitted on its run', async () => {
  const fitting = {
    db: line.db,
    blobs: line.blobs,
    fitPoint: (payload: PointToFit) => statistics.fitPoint(payload),
  };
  const modelVersion = 'neighbours/1';
  const create = (name: string, rest: Omit<CreateThresholdSetInput, 'name' | 'modelVersion'>) =>
    createThresholdSet(fitting, { modelVersion, name, ...rest });
  const { versionId } = await create('as-trained', { kind: 'PER_LABEL' });
  await create('one', { kind: 'TOP_K', k: 1 });
  await create('calibrated', { kind: 'CROSS_VALIDATED', calibration: 'PLATT' });
  const sets = new Map(
    (await thresholdSetsByVersions(line.db, [versionId])).map((set) => [set.name, set]),
  );
  const [{ final, thresholds }] = (await line.db.query<{ final: object; thresholds: number[] }>(
    `select r.final, r.thresholds from model_versions v join runs r on r.id = v.run_id where v.id = $1`,
    [versionId],
  )) as [{ final: object; thresholds: number[] }];
  expect(sets.get('as-trained')).toMatchObject({ metrics: final, point: { thresholds } });
  // Ten samples are few positives for either label, and a cut fitted on them may be low besides.
  expect(sets.get('as-trained')!.warnings).toEqual(
    thresholds.flatMap((threshold, label) => [
      { label, reason: 'FEW_POSITIVES' },
      ...(threshold < 0.05 ? [{ label, reason: 'LOW_THRESHOLD' }] : []),
    ]),
  );

  const predictWith = async (set: string | null) => {
    const vector = new Float32Array(DIMENSION).fill(1 / Math.sqrt(DIMENSION));
    const { predictions } = await predict(
      {
        db: line.db,
        blobs: line.blobs,
        embedder: async () => ({ image: async () => vector, text: async () => vector }),
        uploadPath: () => Promise.reject(new Error('no uploads here')),
        knownVectors: async (_encoder, _modality, contents) => contents.map(() => undefined),
        heads: {
          async run(file, features, count) {
            const session = await Session.open(file, { threads: 1 });
            const feeds = Object.fromEntries(
              Object.entries(features).map(([modality, data]) => [
                `${modality}_embeds`,
                { dtype: 'float32' as const, shape: [count, DIMENSION], data },
              ]),
            );
            const { logits } = await session.run(feeds);
            await session.close();
            return logits!.data as Float32Array;
          },
        },
      },
      modelVersion,
      [{ key: null, text: 'a dog', image: { bytes: Buffer.from('photo') } }],
      set,
    );
    return predictions[0]!;
  };
  const own = await predictWith(null);
  expect(await predictWith('as-trained')).toEqual(own);
  const best = [...own.scores].sort((a, b) => b.score - a.score)[0]!;
  const { labels } = await predictWith('one');
  expect(labels).toEqual([{ ...best, threshold: best.score }]);
  const calibrated = await predictWith('calibrated');
  expect(calibrated.scores.map(({ score }) => score)).not.toEqual(
    own.scores.map(({ score }) => score),
  );

  await expect(create('one', { kind: 'FIXED' })).rejects.toThrow('has a threshold set one');
  await expect(create('two', { kind: 'TOP_K', k: 3 })).rejects.toThrow(
    'expected an integer from 1 to 2 for `k` but received 3',
  );
  await expect(create('two', { kind: 'GLOBAL', value: 0.3 })).rejects.toThrow(
    'expected no `value` with kind GLOBAL',
  );
  await expect(predictWith('nothing')).rejects.toThrow('has no threshold set "nothing"');
  await deleteThresholdSet(fitting, { modelVersion, name: 'one' });
  await expect(predictWith('one')).rejects.toThrow('has no threshold set "one"');
  await deleteModelVersion(fitting, modelVersion);
  expect(await thresholdSetsByVersions(line.db, [versionId])).toEqual([]);
});

it('a head that a fusion of the matrix is not for is refused, with the cell', async () => {
  const { datasetId } = await line.dataset('refused');
  const input = line.input(datasetId, { heads: [{ kind: 'LINEAR' }, { kind: 'ZERO_SHOT' }] });
  await expect(startExperiment(line.deps, input)).rejects.toThrow(
    'the cell ZERO_SHOT × CONCAT: expected one of IMAGE_ONLY, TEXT_ONLY, SUM, MEAN, MAX',
  );
});
