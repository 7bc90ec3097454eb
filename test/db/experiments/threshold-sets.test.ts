import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertModelVersion } from '../../../src/db/registry.queries.js';
import { thresholdSetsByVersions } from '../../../src/db/threshold-sets.queries.js';
import { StatisticsProcess } from '../../../src/ml/processes/statistics-process.js';
import { encodeScores } from '../../../src/ml/train/scores-file.js';
import { deleteModelVersion } from '../../../src/services/delete-model-version.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { setAlias } from '../../../src/services/model-aliases.js';
import { predict } from '../../../src/services/predict.js';
import { registerModel } from '../../../src/services/register-model.js';
import {
  type CreateThresholdSetInput,
  createThresholdSet,
  deleteThresholdSet,
  MAX_THRESHOLD_SETS,
  type ThresholdSetDeps,
} from '../../../src/services/threshold-sets.js';
import { testRandom } from '../../unit/ml/metrics/random-split.js';
import { DIMENSION } from '../line/fake-encoder.js';
import { ExperimentLine } from './experiment-line.js';

const LABELS = 2;
const OWN_THRESHOLDS = [0.5, 0.4];
const LOGITS = [0.7, -0.3];
const statistics = new StatisticsProcess();
let line: ExperimentLine;
let versionId: string;
let setId: string;

const random = testRandom(1);
const positions = (split: number) => Int32Array.from({ length: 10 }, (_, i) => 3 * i + split);
/** Right as a rule: what a sample carries is the parity of its position. */
const scoresOf = (of: Int32Array) =>
  Float32Array.from({ length: of.length * LABELS }, (_, at) => {
    const carried = of[Math.floor(at / LABELS)]! % 2 === at % LABELS;
    return 0.3 * Number(carried) + 0.6 * random();
  });
const validation = { positions: positions(1), scores: scoresOf(positions(1)) };
const test = { positions: positions(2), scores: scoresOf(positions(2)) };

beforeAll(async () => {
  line = await ExperimentLine.create();
  ({ versionId } = await line.dataset('photos'));
  setId = await embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId: versionId, encoderId: 'test/fake' },
  );
});
afterAll(async () => {
  await line.close();
  await statistics.close();
});

/** A registered run that has succeeded. */
async function registered(name: string, none: 'VALIDATION' | null = null): Promise<string> {
  const nobody = { positions: new Int32Array(0), scores: new Float32Array(0) };
  const scores = { numLabels: LABELS, validation: none ? nobody : validation, test };
  const [head, file] = await line.blobs.putMany([
    Buffer.from(`head of ${name}`),
    Buffer.from(encodeScores(scores)),
  ]);
  const [run] = await line.db.query<{ id: string }>(
    `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags, status, head_sha256, scores_sha256)
     values ('r', $1, $2, 'test/fake', '{"fusion": {"kind": "TEXT_ONLY"}}', 7, $3, '{}', 'SUCCEEDED',
       decode($4, 'hex'), decode($5, 'hex')) returning id`,
    [versionId, setId, OWN_THRESHOLDS, head, file],
  );
  await registerModel(line, { runId: run!.id, name });
  return run!.id;
}

function create(
  modelVersion: string,
  input: Partial<CreateThresholdSetInput> = {},
  fitPoint: ThresholdSetDeps['fitPoint'] = (payload) => statistics.fitPoint(payload),
) {
  return createThresholdSet(
    { db: line.db, blobs: line.blobs, fitPoint },
    { modelVersion, name: 'set', kind: 'PER_LABEL', ...input },
  );
}

async function predicted(ref: string, thresholdSet: string | null) {
  const { predictions } = await predict(
    {
      db: line.db,
      blobs: line.blobs,
      embedder: async () => ({
        image: async () => new Float32Array(DIMENSION),
        text: async () => new Float32Array(DIMENSION),
      }),
      uploadPath: () => Promise.reject(new Error('no uploads here')),
      knownVectors: async (_encoder, _modality, contents) => contents.map(() => undefined),
      heads: { run: async () => Float32Array.from(LOGITS) },
    },
    ref,
    [{ key: null, text: 'a dog', image: null }],
    thresholdSet,
  );
  return predictions[0]!;
}

/** The fitted set of that name. */
async function found(versionOf: string, name: string) {
  return (await thresholdSetsByVersions(line.db, [versionOf])).find((set) => set.name === name)!;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('a threshold set', () => {
  it('changes what a prediction cuts, and its scores where it is calibrated', async () => {
    await registered('predicting');
    await setAlias(line, { model: 'predicting', alias: 'best', version: 1 });
    const own = await predicted('predicting/1', null);
    expect(own.scores.map(({ threshold }) => threshold)).toEqual(OWN_THRESHOLDS);
    await create('predicting/1', { name: 'strict', kind: 'FIXED', value: 0.9 });
    const strict = await predicted('predicting@best', 'strict');
    expect(strict.labels).toEqual([]);
    expect(strict.scores.map(({ score }) => score)).toEqual(own.scores.map(({ score }) => score));
    for (const calibration of ['PLATT', 'TEMPERATURE'] as const) {
      const name = calibration.toLowerCase();
      const { versionId: owner } = await create('predicting/1', { name, calibration });
      const { thresholds, calibration: fitted } = (await found(owner, name)).point as {
        thresholds: number[];
        calibration: { slopes: number[]; intercepts: number[] };
      };
      if (calibration === 'TEMPERATURE') expect(fitted.intercepts).toEqual([0, 0]);
      const { scores, labels } = await predicted('predicting/1', name);
      for (const [at, { score, threshold }] of scores.entries()) {
        const expected = sigmoid(fitted.slopes[at]! * LOGITS[at]! + fitted.intercepts[at]!);
        expect(score).toBeCloseTo(expected, 6);
        expect(threshold).toBe(thresholds[at]);
        expect(labels.some(({ labelIndex }) => labelIndex === at)).toBe(score >= threshold);
      }
      expect(scores[0]!.score).not.toBe(own.scores[0]!.score);
    }
  });

  it('keeps the least precision that was asked for', async () => {
    await registered('precise');
    const { versionId: owner } = await create('precise/1', { minPrecision: 0.8 });
    const { point, settings } = await found(owner, 'set');
    expect(settings).toMatchObject({ minPrecision: 0.8, minRecall: null });
    for (const [label, threshold] of (point as { thresholds: number[] }).thresholds.entries()) {
      const predicted = [...validation.positions.keys()].filter(
        (row) => validation.scores[row * LABELS + label]! >= threshold,
      );
      const hits = predicted.filter((row) => validation.positions[row]! % 2 === label);
      expect(hits.length / predicted.length).toBeGreaterThanOrEqual(0.8);
    }
  });

  it.each<[Partial<CreateThresholdSetInput>, string]>([
    [
      { kind: 'GLOBAL', minRecall: 0.5 },
      'expected no `minRecall` with kind GLOBAL but received 0.5',
    ],
    [{ kind: 'GLOBAL', value: 0.5 }, 'expected no `value` with kind GLOBAL but received 0.5'],
    [{ k: 1 }, 'expected no `k` with kind PER_LABEL but received 1'],
    [{ kind: 'TOP_K', k: 3 }, 'expected an integer from 1 to 2 for `k` but received 3'],
    [
      { minPrecision: 0 },
      'expected a number above 0 and up to 1 for `minPrecision` but received 0',
    ],
    [{ minRecall: 1.1 }, 'expected a number above 0 and up to 1 for `minRecall` but received 1.1'],
    [{ minPrecision: 0.5, minRecall: 0.6 }, 'expected one of `minPrecision` and `minRecall`'],
  ])('with settings that mean nothing is refused: %o', async (settings, message) => {
    const [{ number }] = (await line.db.query<{ number: number }>(
      'select count(*)::int as number from model_versions',
    )) as [{ number: number }];
    await registered(`refused${number}`);
    await expect(create(`refused${number}/1`, settings)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message),
    });
  });

  it('is found by its name on its own version only', async () => {
    const runId = await registered('named');
    await registerModel(line, { runId, name: 'named' });
    await create('named/1');
    const missing = { code: 'NOT_FOUND' };
    await expect(predicted('named/2', 'set')).rejects.toMatchObject(missing);
    await expect(predicted(`run:${runId}`, 'set')).rejects.toMatchObject(missing);
    await expect(create('named/9')).rejects.toMatchObject(missing);
    await expect(create('named/1', { name: '../x' })).rejects.toThrow('for `name`');
    await create('named/2');
  });

  it('of one name is made once where two ask for it at a time', async () => {
    await registered('raced');
    const made = await Promise.allSettled([create('raced/1'), create('raced/1')]);
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT' },
    });
  });

  it('of a name that is taken is refused before anything is fitted', async () => {
    await registered('taken');
    await create('taken/1');
    const fitted: unknown[] = [];
    const again = create('taken/1', {}, async (payload) => {
      fitted.push(payload);
      return statistics.fitPoint(payload);
    });
    await expect(again).rejects.toThrow('has a threshold set set: delete it first');
    expect(fitted).toEqual([]);
  });

  it('finds no version where that is deleted while it is fitted', async () => {
    await registered('fleeting');
    const late = create('fleeting/1', {}, async (payload) => {
      await deleteModelVersion(line, 'fleeting/1');
      return statistics.fitPoint(payload);
    });
    await expect(late).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no such model version.',
    });
  });

  it('needs VALIDATION where there is something to fit', async () => {
    await registered('unvalidated', 'VALIDATION');
    await expect(create('unvalidated/1')).rejects.toThrow('no labelled VALIDATION sample');
    const fixed = { kind: 'FIXED', value: 0.3 } as const;
    await expect(create('unvalidated/1', { ...fixed, calibration: 'PLATT' })).rejects.toMatchObject(
      { code: 'BAD_USER_INPUT' },
    );
    const { versionId: owner } = await create('unvalidated/1', fixed);
    expect((await found(owner, 'set')).point).toMatchObject({ thresholds: [0.3, 0.3] });
  });

  it('of an ensemble needs a VALIDATION sample that all members have scores of', async () => {
    const runIds = [await registered('one'), await registered('two', 'VALIDATION')];
    const headSha256 = 'a'.repeat(64);
    const ensemble = { name: 'mean', runIds, manifest: {}, headSha256, sizeBytes: 1 };
    await line.db.transaction((tx) => insertModelVersion(tx, ensemble));
    await expect(create('mean/1')).rejects.toThrow('no labelled VALIDATION sample');
  });

  it('goes with its version; the last place is given to one of two that ask at a time', async () => {
    await registered('going');
    const { versionId: owner } = await create('going/1');
    await line.db.query(
      `insert into threshold_sets (version_id, name, settings, point, warnings)
       select $1, 'more' || n, '{}', '{}', '[]' from generate_series(1, $2::int) n`,
      [owner, MAX_THRESHOLD_SETS - 2],
    );
    const late = ['late', 'later'].map((name) => create('going/1', { name }));
    const made = await Promise.allSettled(late);
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(create('going/1', { name: 'last' })).rejects.toThrow('has 50 threshold sets');
    await deleteThresholdSet(line, { modelVersion: 'going/1', name: 'set' });
    await create('going/1', { name: 'last' });
    await deleteModelVersion(line, 'going/1');
    expect(await thresholdSetsByVersions(line.db, [owner])).toEqual([]);
  });
});
