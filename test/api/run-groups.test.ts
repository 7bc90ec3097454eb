import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

let api: Api;
const runs: { id: string; head: string; seed: number; mAP: number | null; last: number }[] = [];
beforeAll(async () => {
  api = await startApi();
  const { versionId } = await seedDataset(api.db, { name: 'photos', samples: 4 });
  const setId = await seedSet(api.db, versionId);
  for (const head of ['LINEAR', 'MLP', 'KNN']) {
    for (const seed of [1, 2, 3]) {
      const mAP = head === 'KNN' ? null : 0.5 + seed * 0.0625 + (head === 'MLP' ? 0.25 : 0);
      const id = await seedRun(api.db, { versionId, setId });
      const last = 1 - seed * 0.125;
      await api.db.query(
        `update runs set config = jsonb_build_object('head', jsonb_build_object('kind', $2::text), 'epochs', 2),
           seed = $3, mean_ap = $4, epoch = 2 where id = $1`,
        [id, head, seed, mAP],
      );
      await api.db.query('delete from run_epochs where run_id = $1', [id]);
      await api.db.query(
        `insert into run_epochs (run_id, epoch, train_loss, validation, learning_rate, seconds)
         select $1, epoch, 1, jsonb_build_object('meanAveragePrecision', $2::float8 / (3 - epoch), 'undefinedLabels', '[]'::jsonb), 1, 1
         from generate_series(1, 2) as epoch`,
        [id, last],
      );
      runs.push({ id, head, seed, mAP, last });
    }
  }
});
afterAll(() => api.stop());

async function groups(by: string, rest = '') {
  const answer = await api.post(
    `{ runGroups(by: [${by}]${rest}) { numRuns numSeeds meanAveragePrecision { mean deviation } bestRun { id } } }`,
  );
  return answer.errors?.[0]?.message ?? answer.data.runGroups;
}

describe('groups of runs', () => {
  test('have the mean and the deviation of what their runs reach, the highest first', async () => {
    const found = await groups('HEAD');
    const ids = ['MLP', 'LINEAR', 'KNN'].map((head) => runs.filter((run) => run.head === head));
    expect(found.map((group: { numRuns: number }) => group.numRuns)).toEqual([3, 3, 3]);
    for (const [at, of] of ids.entries()) {
      const values = of.flatMap(({ mAP }) => mAP ?? []);
      if (values.length === 0) {
        expect(found[at].meanAveragePrecision).toBeNull();
        continue;
      }
      const mean = values.reduce((sum, value) => sum + value) / 3;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect(found[at].meanAveragePrecision.mean).toBeCloseTo(mean, 12);
      expect(found[at].meanAveragePrecision.deviation).toBeCloseTo(Math.sqrt(squares / 2), 12);
      expect(found[at].bestRun.id).toBe(of[2]!.id);
    }
  });

  test('SETTINGS leaves the seed aside, and two fields part runs further', async () => {
    expect((await groups('SETTINGS')).map((group: { numSeeds: number }) => group.numSeeds)).toEqual(
      [3, 3, 3],
    );
    expect((await groups('HEAD, SEED')).length).toBe(9);
  });

  test('may be of another epoch’s metrics, and of filtered runs', async () => {
    const [first] = await groups('DATASET_VERSION', ', metrics: { of: LAST_EPOCH }');
    expect(first.meanAveragePrecision.mean).toBeCloseTo(0.75, 12);
    const [half] = await groups('DATASET_VERSION', ', metrics: { of: EPOCH, epoch: 1 }');
    expect(half.meanAveragePrecision.mean).toBeCloseTo(0.375, 12);
    const [none] = await groups('DATASET_VERSION', ', metrics: { of: EPOCH, epoch: 3 }');
    expect(none.meanAveragePrecision).toBeNull();
    const like = `{ runId: "${runs[0]!.id}", by: [HEAD] }`;
    expect(await groups('SEED', `, filter: { like: ${like} }`)).toHaveLength(3);
  });

  test('say what is wrong with what is asked for', async () => {
    expect(await groups('')).toBe('expected 1 to 4 entries for `by` but received 0');
    expect(await groups('SEED', ', metrics: { of: BEST, epoch: 1 }')).toBe(
      'expected `metrics.epoch` for EPOCH, and for that alone',
    );
  });
});

describe('runs', () => {
  const ids = async (rest: string) =>
    (await api.post(`{ runs(first: 50, ${rest}) { nodes { id } } }`)).data.runs.nodes.map(
      ({ id }: { id: string }) => id,
    );

  test('are ordered page by page by the metrics of an epoch', async () => {
    const wanted = [...runs].sort((a, b) => b.last - a.last).map(({ last }) => last);
    const walked: number[] = [];
    for (let after: string | null = null; ; ) {
      const answer = await api.post(
        `query ($after: String) { runs(first: 2, after: $after, orderBy: [{ by: MEAN_AVERAGE_PRECISION, direction: DESC }],
           metrics: { of: LAST_EPOCH }) { nodes { metrics(choice: { of: LAST_EPOCH }) { meanAveragePrecision } }
           pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      const page: {
        nodes: { metrics: { meanAveragePrecision: number } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      } = answer.data.runs;
      walked.push(...page.nodes.map(({ metrics }) => metrics.meanAveragePrecision));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(walked).toEqual(wanted);
  });

  test('are found by their ids, and by being like another one', async () => {
    const [first, second] = runs;
    expect(await ids(`filter: { ids: ["${first!.id}", "${second!.id}", "none"] }`)).toHaveLength(2);
    const like = (by: string) => ids(`filter: { like: { runId: "${first!.id}", by: [${by}] } }`);
    expect((await like('HEAD')).sort()).toEqual(
      runs.flatMap(({ id, head }) => (head === 'LINEAR' ? id : [])).sort(),
    );
    expect(await like('HEAD, SEED')).toEqual([first!.id]);
    for (const by of ['', 'HEAD, HEAD, HEAD, HEAD, HEAD']) {
      const { code, errors } = await api.post(
        `{ runs(filter: { like: { runId: "${first!.id}", by: [${by}] } }) { nodes { id } } }`,
      );
      expect({ code, message: errors?.[0]?.message }).toEqual({
        code: 'BAD_USER_INPUT',
        message: `expected 1 to 4 entries for \`filter.like.by\` but received ${by === '' ? 0 : 5}`,
      });
    }
  });

  test('are put aside and taken back', async () => {
    const archive = (list: string, archived: boolean) =>
      api.post(`mutation { archiveRuns(ids: ${list}, archived: ${archived}) { id archivedAt } }`);
    const [first, second] = runs;
    const list = JSON.stringify([first!.id, second!.id]);
    expect((await archive(list, true)).data.archiveRuns[0].archivedAt).toMatch(/^20/);
    expect((await ids('filter: { archived: true }')).sort()).toEqual(
      [first!.id, second!.id].sort(),
    );
    expect(await ids('filter: { archived: false }')).toHaveLength(runs.length - 2);
    const missing = JSON.stringify([runs[2]!.id, '0b8e0000-0000-4000-8000-000000000000']);
    expect((await archive(missing, true)).code).toBe('NOT_FOUND');
    expect(await ids('filter: { archived: true }')).toHaveLength(2);
    expect((await archive(list, false)).data.archiveRuns[1].archivedAt).toBeNull();
    expect(await ids('filter: { archived: true }')).toEqual([]);
  });
});
