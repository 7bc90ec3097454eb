import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runsByIds } from '../../../src/db/runs.queries.js';
import { decodeScores } from '../../../src/ml/train/scores-file.js';
import { createEnsemble } from '../../../src/services/create-ensemble.js';
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
      'expected at most 2 for `fold.count` but received 4: the fusion can use 29 labelled samples, and a fold takes at least 10',
    );
  });
});
