import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportRows } from '../../../src/db/experiments.queries.js';
import { modelVersionsByIds } from '../../../src/db/models.queries.js';
import { thresholdSetsByVersions } from '../../../src/db/threshold-sets.queries.js';
import { evaluate } from '../../../src/ml/metrics/evaluate.js';
import { fitThresholds } from '../../../src/ml/metrics/fit-thresholds.js';
import type { OperatingPoint } from '../../../src/ml/metrics/operating-point.js';
import { StatisticsProcess } from '../../../src/ml/processes/statistics-process.js';
import { TrainProcess } from '../../../src/ml/processes/train-process.js';
import { Session } from '../../../src/ml/runtime/session.js';
import { decodeScores, type ScoresFile } from '../../../src/ml/train/scores-file.js';
import { deleteExperiment } from '../../../src/services/control-experiment.js';
import { createEnsemble } from '../../../src/services/create-ensemble.js';
import { deleteModelVersion } from '../../../src/services/delete-model-version.js';
import { deleteRun } from '../../../src/services/delete-run.js';
import { reportExperiment } from '../../../src/services/experiment-report.js';
import { type HeadRunner, predict } from '../../../src/services/predict.js';
import { resolveOperatingPoint } from '../../../src/services/resolve-operating-point.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { createThresholdSet } from '../../../src/services/threshold-sets.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { until } from '../jobs/until.js';
import { DIMENSION } from '../line/fake-encoder.js';
import { ExperimentLine } from './experiment-line.js';

const LABELS = 2;
const trainer = new TrainProcess();
const statistics = new StatisticsProcess();
let line: ExperimentLine;
let datasetId: string;
let experimentId: string;
/** Succeeded runs by cell: IMAGE_ONLY, TEXT_ONLY, CONCAT. */
let runIds: string[];

beforeAll(async () => {
  line = await ExperimentLine.create((payload, options) => trainer.train(payload, options));
  await line.worker();
  ({ datasetId } = await line.dataset('photos'));
  // A photo without a caption and a caption without a photo, in VALIDATION and in TEST.
  await line.db.query(`update samples set caption = null where position in (1, 2)`);
  await line.db.query(`update samples set image_sha256 = null where position in (4, 5)`);
  experimentId = await startExperiment(
    line.deps,
    line.input(datasetId, {
      heads: [{ kind: 'LINEAR' }],
      fusions: [{ kind: 'IMAGE_ONLY' }, { kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
      seeds: [1],
    }),
  );
  await until(
    async () => (await line.experiment(experimentId)).status === 'SUCCEEDED',
    'the end of the experiment',
    60_000,
  );
  const rows = await line.db.query<{ id: string }>(
    'select run_id as id from experiment_runs where experiment_id = $1 order by cell',
    [experimentId],
  );
  runIds = rows.map(({ id }) => id);
}, 90_000);
afterAll(async () => {
  await line.close();
  await Promise.all([trainer.close(), statistics.close()]);
});

const deps = () => ({
  db: line.db,
  blobs: line.blobs,
  combineRuns: (payload: Parameters<StatisticsProcess['combineRuns']>[0]) =>
    statistics.combineRuns(payload),
});

/** Runs heads in this process; `ran` collects what they answered. */
const heads: HeadRunner = {
  async run(path, features, count) {
    const session = await Session.open(path, { threads: 1 });
    try {
      const feeds = Object.fromEntries(
        Object.entries(features).map(([modality, data]) => [
          `${modality}_embeds`,
          { dtype: 'float32' as const, shape: [count, DIMENSION], data },
        ]),
      );
      return (await session.run(feeds)).logits!.data as Float32Array;
    } finally {
      await session.close();
    }
  },
};

function predicted(ref: string, inputs: Parameters<typeof predict>[2], thresholdSet?: string) {
  const unit = (x: number) => {
    const vector = new Float32Array(DIMENSION).fill(0.1);
    vector[x % DIMENSION] = 1;
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  return predict(
    {
      db: line.db,
      blobs: line.blobs,
      heads,
      embedder: async () => ({
        image: async (source) => unit('bytes' in source ? source.bytes[0]! : 0),
        text: async (text) => unit(text.length),
      }),
      uploadPath: () => Promise.reject(new Error('no uploads here')),
      knownVectors: async (_encoder, _modality, contents) => contents.map(() => undefined),
    },
    ref,
    inputs,
    thresholdSet,
  );
}

/** The score files of the runs by id, and the samples that have a photo and a caption. */
async function scoresAndSamples() {
  const samples = await line.db.query<{ position: number; split: string; labels: number[] }>(
    `select position, split, labels from samples s join datasets d on d.latest_version_id = s.version_id
     where d.id = $1 and caption is not null and image_sha256 is not null order by position`,
    [datasetId],
  );
  const rows = await line.db.query<{ id: string; file: Sha256 }>(
    `select id, encode(scores_sha256, 'hex') as file from runs where id = any($1)`,
    [runIds],
  );
  const files = new Map<string, ScoresFile>();
  for (const { id, file } of rows) files.set(id, decodeScores(await line.blobs.read(file)));
  return { files, samples };
}

/** By id: mean average precision on VALIDATION, on the run's own samples and on those with photo and caption. */
async function measured(): Promise<Map<string, { own: number; paired: number }>> {
  const rows = await line.db.query<{ id: string; own: number; paired: number }>(
    `select id, mean_ap as own, (best_paired->>'meanAveragePrecision')::float8 as paired from runs where id = any($1)`,
    [runIds],
  );
  return new Map(rows.map(({ id, ...values }) => [id, values]));
}

it('a run is measured on the samples that have a photo and a caption too, and ranked by that where fusions differ', async () => {
  const metrics = await measured();
  const { files, samples } = await scoresAndSamples();
  for (const [id, file] of files) {
    const own = samples.filter(({ split }) => split === 'VALIDATION');
    const scores = own.flatMap(({ position }) => {
      const row = file.validation.positions.indexOf(position);
      return [...file.validation.scores.subarray(row * LABELS, (row + 1) * LABELS)];
    });
    const targets = own.flatMap(({ labels }) => [0, 1].map((label) => +labels.includes(label)));
    const expected = evaluate(Float32Array.from(scores), Uint8Array.from(targets), LABELS, 0.5);
    expect(metrics.get(id)!.paired).toBeCloseTo(expected.meanAveragePrecision!, 12);
  }
  const rows = await reportRows(line.db, [experimentId]);
  const report = reportExperiment(rows, []);
  expect(report.onPaired).toBe(true);
  const shown = report.cells.map(({ number, meanAveragePrecision }) => [
    number,
    meanAveragePrecision!.mean,
  ]);
  const paired = runIds.map((id, cell) => [cell, metrics.get(id)!.paired] as const);
  expect(shown).toEqual(paired.toSorted((a, b) => b[1] - a[1] || a[0] - b[0]));

  // Of one fusion alone all that it can use count, and a run of before keeps what it has.
  const alone = reportExperiment(rows.slice(0, 1), []);
  expect(alone.onPaired).toBe(false);
  expect(alone.best!.meanAveragePrecision!.mean).toBe(metrics.get(runIds[0]!)!.own);
  const old = reportExperiment(
    rows.map((row) => ({ ...row, pairedMetrics: null })),
    [],
  );
  const means = new Map(old.cells.map((cell) => [cell.number, cell.meanAveragePrecision!.mean]));
  expect(runIds.map((_, cell) => means.get(cell))).toEqual(
    runIds.map((id) => metrics.get(id)!.own),
  );
});

describe('an ensemble', () => {
  it('has the thresholds and metrics of the mean of its members’ scores, where all have one', async () => {
    const id = await createEnsemble(deps(), { name: 'mean', runIds });
    const { manifest } = (await resolveOperatingPoint(line.db, 'mean/1', null))!;
    const { files, samples } = await scoresAndSamples();
    const scores = [...files.values()];
    const meanOf = (split: 'validation' | 'test') => {
      const own = samples.filter((sample) => sample.split === split.toUpperCase());
      const means = own.flatMap(({ position }) =>
        [0, 1].map((label) => {
          const all = scores.map((file) => {
            const row = file[split].positions.indexOf(position);
            return file[split].scores[row * LABELS + label]!;
          });
          return all.reduce((sum, score) => sum + score) / all.length;
        }),
      );
      const targets = own.flatMap(({ labels }) => [0, 1].map((label) => +labels.includes(label)));
      return [Float32Array.from(means), Uint8Array.from(targets)] as const;
    };
    const validation = meanOf('validation');
    expect(validation[0]).toHaveLength(LABELS * 8);
    const thresholds = fitThresholds('PER_LABEL', null, ...validation, LABELS);
    expect(manifest.thresholds).toEqual([...thresholds]);
    expect(manifest.best).toEqual(evaluate(...validation, LABELS, thresholds));
    expect(manifest.metrics).toEqual(evaluate(...meanOf('test'), LABELS, thresholds));
    const [version] = await modelVersionsByIds(line.db, [id]);
    expect(version).toMatchObject({ runId: null, runIds, metrics: manifest.metrics });
  });

  it('has threshold sets on the mean of its members’ scores: one like its own cuts and measures alike', async () => {
    const id = await createEnsemble(deps(), { name: 'cut', runIds });
    const { manifest } = (await resolveOperatingPoint(line.db, 'cut/1', null))!;
    const create = (name: string, calibration: 'NONE' | 'PLATT') =>
      createThresholdSet(
        { ...deps(), fitPoint: (payload) => statistics.fitPoint(payload) },
        { modelVersion: 'cut/1', name, kind: 'PER_LABEL', calibration },
      );
    await create('like-its-own', 'NONE');
    await create('platt', 'PLATT');
    const [own, platt] = await thresholdSetsByVersions(line.db, [id]);
    expect(own).toMatchObject({
      point: { thresholds: manifest.thresholds },
      metrics: manifest.metrics,
    });
    const inputs = [{ key: null, text: 'xx', image: { bytes: Buffer.from([5]) } }];
    const plain = (await predicted('cut/1', inputs)).predictions[0]!;
    const calibrated = (await predicted('cut/1', inputs, 'platt')).predictions[0]!;
    const { slopes, intercepts } = (platt!.point as OperatingPoint).calibration!;
    for (const [label, { score }] of plain.scores.entries()) {
      const logit = Math.log(score / (1 - score));
      const expected = 1 / (1 + Math.exp(-(slopes[label]! * logit + intercepts[label]!)));
      expect(calibrated.scores[label]!.score).toBeCloseTo(expected, 5);
    }
  });

  it('predicts the mean of what its members predict, from all that they need', async () => {
    await createEnsemble(deps(), { name: 'predicts', runIds, thresholds: { kind: 'FIXED' } });
    const inputs = [1, 2, 3].map((n) => ({
      key: `${n}`,
      text: 'x'.repeat(n),
      image: { bytes: Buffer.from([n + 3]) },
    }));
    const { predictions } = await predicted('predicts/1', inputs);
    const members = [];
    for (const runId of runIds) members.push((await predicted(`run:${runId}`, inputs)).predictions);
    for (const [i, prediction] of predictions.entries()) {
      for (const [label, { score, threshold }] of prediction.scores.entries()) {
        const each = members.map((member) => member[i]!.scores[label]!.score);
        expect(score).toBeCloseTo(each.reduce((sum, x) => sum + x) / each.length, 6);
        expect(threshold).toBe(0.5);
      }
    }
    await expect(predicted('predicts/1', [{ key: null, text: 'x', image: null }])).rejects.toThrow(
      'was trained on photos and captions: add `image`',
    );
  });

  it('is refused where its runs have more scores on a split than a threshold set may be fitted on', async () => {
    const [{ samples }] = (await line.db.query<{ samples: number }>(
      `select max(count)::int as samples from (
         select count(*) from samples s join dataset_versions v on v.id = s.version_id
         where v.dataset_id = $1 and labelled and split <> 'TRAIN' group by split) of`,
      [datasetId],
    )) as [{ samples: number }];
    const scores = samples * LABELS * runIds.length;
    const input = { name: 'many', runIds };
    await expect(createEnsemble(deps(), input, scores - 1)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(`on a split but received ${scores}`),
    });
    await createEnsemble(deps(), input, scores);
  });

  it('is made of the best runs of an experiment', async () => {
    const metrics = await measured();
    const paired = (id: string) => metrics.get(id)!.paired;
    const best = runIds.toSorted((a, b) => paired(b) - paired(a)).slice(0, 2);
    const id = await createEnsemble(deps(), { name: 'best', experimentId, k: 2 });
    const [version] = await modelVersionsByIds(line.db, [id]);
    expect(version!.runIds).toEqual(best);
    await expect(
      createEnsemble(deps(), { name: 'best', experimentId, k: 4 }),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Only 3') });
  });

  it.each<[string, (ids: string[]) => object, string]>([
    ['nothing', () => ({}), 'expected either `runIds` or `experimentId` and `k`'],
    ['both', (ids) => ({ runIds: ids, experimentId: 'x', k: 2 }), 'expected either'],
    ['k alone', (ids) => ({ runIds: ids, k: 2 }), 'expected either'],
    ['one run', (ids) => ({ runIds: ids.slice(0, 1) }), '2 to 16 runs for `runIds` but received 1'],
    ['a run twice', ([a, b]) => ({ runIds: [a, b, a] }), 'received one twice'],
    ['too many', (ids) => ({ runIds: Array(17).fill(ids[0]) }), 'but received 17'],
    ['too large a k', () => ({ experimentId: 'x', k: 17 }), '2 to 16 for `k` but received 17'],
    ['a bad name', (ids) => ({ runIds: ids, name: 'No' }), '`name`'],
    [
      'bad thresholds',
      (ids) => ({ runIds: ids, thresholds: { kind: 'SOME' } }),
      '`thresholds.kind`',
    ],
  ])('of %s is refused', async (_name, more, message) => {
    const input = { name: 'refused', ...more(runIds) };
    await expect(createEnsemble(deps(), input)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message),
    });
  });

  it('of runs that do not go together, or have not succeeded, is refused', async () => {
    const copy = async (change: string, values: unknown[] = []) => {
      const [run] = await line.db.query<{ id: string }>(
        `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags, status, head_sha256, scores_sha256)
         select name, version_id, set_id, encoder_id, config, seed, thresholds, tags, status, head_sha256, scores_sha256
         from runs where id = $1 returning id`,
        [runIds[0]],
      );
      await line.db.query(`update runs set ${change} where id = '${run!.id}'`, values);
      return run!.id;
    };
    const [a] = runIds as [string];
    const { versionId } = await line.dataset('others');
    const cases: [string, string, string][] = [
      [await copy('version_id = $1', [versionId]), 'BAD_USER_INPUT', 'another dataset version'],
      [await copy(`status = 'FAILED'`), 'CONFLICT', 'is FAILED'],
      ['00000000-0000-0000-0000-000000000000', 'NOT_FOUND', 'no run'],
      ['nonsense', 'NOT_FOUND', 'no run'],
    ];
    const [space] = await line.db.query<{ id: string }>(
      `insert into embedding_spaces (encoder_id, revision, preprocessing, precision, dimension)
       select encoder_id, repeat('c', 64), preprocessing, precision, dimension from embedding_spaces limit 1 returning id`,
    );
    const [set] = await line.db.query<{ id: string }>(
      `insert into embedding_sets (version_id, space_id, image_count, text_count)
       select version_id, $1, 0, 0 from runs where id = $2 returning id`,
      [space!.id, a],
    );
    cases.push([
      await copy('set_id = $1', [set!.id]),
      'BAD_USER_INPUT',
      'another encoder, revision',
    ]);
    for (const [id, code, message] of cases) {
      await expect(
        createEnsemble(deps(), { name: 'refused', runIds: [a, id] }),
      ).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    }
    expect(await resolveOperatingPoint(line.db, 'refused/1', null)).toBeUndefined();
  });

  it('keeps its members until it is deleted itself', async () => {
    await line.db.query(`delete from model_versions`);
    await createEnsemble(deps(), { name: 'keeps', runIds });
    await createEnsemble(deps(), { name: 'keeps', runIds: runIds.slice(1) });
    await deleteExperiment({ db: line.db }, experimentId);
    const deleting = { db: line.db, blobs: line.blobs };
    for (const runId of runIds) {
      await expect(deleteRun(deleting, runId)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/^Model version keeps\/[12] uses the run/),
      });
    }
    expect((await deleteModelVersion(deleting, 'keeps/1')).freedBytes).toBeGreaterThan(0);
    await deleteRun(deleting, runIds[0]!);
    await expect(deleteRun(deleting, runIds[1]!)).rejects.toMatchObject({ code: 'CONFLICT' });
    await deleteModelVersion(deleting, 'keeps/2');
    const late = {
      ...deps(),
      async combineRuns(payload: Parameters<StatisticsProcess['combineRuns']>[0]) {
        await deleteRun(deleting, runIds[1]!);
        return statistics.combineRuns(payload);
      },
    };
    await expect(
      createEnsemble(late, { name: 'late', runIds: runIds.slice(1) }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', message: `There is no run ${runIds[1]}.` });
    await deleteRun(deleting, runIds[2]!);
  });
});
