import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedModel, seedRun, seedSet, seedVersion } from './support/seed.js';

let api: Api;
let place: { versionId: string; setId: string };
let datasetId: string;

beforeAll(async () => {
  api = await startApi({ limits: { queryCost: 1_000_000 } });
  const seeded = await seedDataset(api.db, { name: 'photos', samples: 230 });
  datasetId = seeded.datasetId;
  place = { versionId: seeded.versionId, setId: await seedSet(api.db, seeded.versionId) };
});
afterAll(() => api.stop());

/** All nodes of a list, page by page. */
async function walk(
  list: string,
  selection: string,
  options: { args?: string; first: number; between?: () => Promise<unknown> },
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
): Promise<any[]> {
  const nodes = [];
  let after: string | null = null;
  for (let page = 0; page < 50; page++) {
    const { data, errors } = await api.post(
      `query($after: String) { list: ${list}(first: ${options.first}, after: $after ${options.args ?? ''}) {
        edges { cursor node { ${selection} } } pageInfo { hasNextPage hasPreviousPage endCursor }
      } }`,
      { after },
    );
    expect(errors).toBeUndefined();
    const { edges, pageInfo } = data.list;
    expect(pageInfo.hasPreviousPage).toBe(page > 0);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    // biome-ignore lint/suspicious/noExplicitAny: as above
    nodes.push(...edges.map((edge: any) => edge.node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor;
    await options.between?.();
  }
  throw new Error('the list does not end');
}

describe('runs', () => {
  const made: { id: string; name: string; meanAp: number | null }[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 11; i++) {
      // Ties, runs without the metric, and two runs of one millisecond.
      const meanAp = i % 4 === 3 ? null : (i % 3) / 10;
      const createdAt = new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(i / 2)));
      const seed = { name: `run-${i % 5}`, meanAp, createdAt, duration: i === 2 ? null : i % 4 };
      const id = await seedRun(api.db, place, { ...seed, tags: i < 3 ? ['a', 'b'] : ['a'] });
      made.push({ id, name: seed.name, meanAp });
    }
  });

  test.each([1, 3, 200])('are the same, page by page of %i, as in one page', async (first) => {
    const all = await walk('runs', 'id', { first });
    expect(new Set(all.map((run) => run.id)).size).toBe(made.length);
    const { data } = await api.post('{ runs(first: 200) { nodes { id createdAt } totalCount } }');
    expect(all.map((run) => run.id)).toEqual(data.runs.nodes.map((run: { id: string }) => run.id));
    expect(data.runs.totalCount).toBe(made.length);
    const times = data.runs.nodes.map((run: { createdAt: string }) => run.createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('are not repeated or hidden by runs that come meanwhile', async () => {
    const extra: string[] = [];
    const all = await walk('runs', 'id', {
      first: 3,
      between: async () => extra.push(await seedRun(api.db, place, { name: 'later' })),
    });
    expect(all.map((run) => run.id).sort()).toEqual(made.map((run) => run.id).sort());
    for (const id of extra) await api.db.query('delete from runs where id = $1', [id]);
  });

  test.each(['ASC', 'DESC'])(
    'ordered by a metric %s come last where they have none',
    async (direction) => {
      const all = await walk('runs', 'id best { meanAveragePrecision }', {
        first: 2,
        args: `, orderBy: [{ by: MEAN_AVERAGE_PRECISION, direction: ${direction} }]`,
      });
      expect(all).toHaveLength(made.length);
      const values = all.map((run) => run.best?.meanAveragePrecision ?? null);
      const known = values.filter((value) => value !== null);
      expect(values.slice(0, known.length)).toEqual(known);
      const sorted = [...known].sort((a, b) => (direction === 'ASC' ? a - b : b - a));
      expect(known).toEqual(sorted);
    },
  );

  test.each(['CREATED', 'NAME', 'STATUS', 'DURATION', 'MICRO_F1', 'MACRO_F1', 'SAMPLES_F1'])(
    'ordered by %s and then by name, in small pages, are all there once',
    async (by) => {
      const args = `, orderBy: [{ by: ${by}, direction: ASC }, { by: NAME, direction: DESC }]`;
      const all = await walk('runs', 'id', { first: 2, args });
      expect(new Set(all.map((run) => run.id)).size).toBe(made.length);
      expect(all).toHaveLength(made.length);
    },
  );

  test('are filtered by dataset, encoder, status, tags and text', async () => {
    const count = async (filter: string) =>
      (await api.post(`{ runs(filter: ${filter}) { totalCount } }`)).data.runs.totalCount;
    expect(await count(`{ datasetId: "${datasetId}" }`)).toBe(11);
    expect(await count('{ datasetId: "00000000-0000-0000-0000-000000000001" }')).toBe(0);
    expect(await count('{ datasetId: "nonsense" }')).toBe(0);
    expect(await count('{ encoderId: "clipwright/clip-mini" }')).toBe(11);
    expect(await count('{ encoderId: "other" }')).toBe(0);
    expect(await count('{ status: [SUCCEEDED] }')).toBe(11);
    expect(await count('{ status: [QUEUED, FAILED] }')).toBe(0);
    expect(await count('{ tags: ["a", "b"] }')).toBe(3);
    expect(await count('{ text: "RUN-4" }')).toBe(2);
    expect(await count('{ text: "%" }')).toBe(0);
  });

  test.each([
    [
      'of another list',
      async () =>
        (await api.post('{ jobs(first: 1) { pageInfo { endCursor } } }')).data.jobs.pageInfo
          .endCursor,
    ],
    [
      'of another order',
      async () =>
        (
          await api.post(
            '{ runs(first: 1, orderBy: [{ by: NAME, direction: ASC }]) { pageInfo { endCursor } } }',
          )
        ).data.runs.pageInfo.endCursor,
    ],
    ['that is none', async () => 'nonsense'],
    ['with a forged time', async () => Buffer.from('["runs","now()","x"]').toString('base64url')],
    [
      'with an impossible time',
      async () =>
        Buffer.from(
          '["runs","2026-99-99T00:00:00Z","00000000-0000-0000-0000-000000000000"]',
        ).toString('base64url'),
    ],
  ])('refuse a cursor %s', async (_name, cursor) => {
    const { code } = await api.post(
      'query($after: String) { runs(after: $after) { nodes { id } } }',
      {
        after: await cursor(),
      },
    );
    expect(code).toBe('BAD_USER_INPUT');
  });

  test.each([-1, 201])('refuse pages of %i', async (first) => {
    expect((await api.post(`{ runs(first: ${first}) { nodes { id } } }`)).code).toBe(
      'BAD_USER_INPUT',
    );
  });
});

describe('a run’s history', () => {
  const HISTORY = `query($id: ID!, $points: Int) { run(id: $id) { eventSeq history(points: $points) {
    epoch trainLoss seconds elapsedSeconds } } }`;

  test('is whole, or thinned to as many points as are asked for, with the time that each epoch ended at', async () => {
    const id = await seedRun(api.db, place, { epochs: 300 });
    await api.db.query(
      'update run_epochs set train_loss = 1 / (1 + epoch::float8), seconds = epoch where run_id = $1',
      [id],
    );
    await api.db.query('update run_epochs set train_loss = 9 where run_id = $1 and epoch = 123', [
      id,
    ]);
    const all = (await api.post(HISTORY, { id })).data.run;
    expect(all.eventSeq).toBe(1);
    expect(all.history).toHaveLength(300);
    for (const { epoch, elapsedSeconds } of all.history) {
      expect(elapsedSeconds).toBe((epoch * (epoch + 1)) / 2);
    }
    const { history } = (await api.post(HISTORY, { id, points: 60 })).data.run;
    expect(history.length).toBeLessThanOrEqual(60);
    expect(history.length).toBeGreaterThan(40);
    expect(all.history).toEqual(expect.arrayContaining(history));
    const epochs = history.map(({ epoch }: { epoch: number }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a: number, b: number) => a - b));
    expect(epochs).toEqual(expect.arrayContaining([1, 123, 300]));
  });

  test.each([49, 2001])('is not thinned to %i points', async (points) => {
    const id = await seedRun(api.db, place);
    const { errors } = await api.post(HISTORY, { id, points });
    expect(errors![0].message).toBe(`expected 50 to 2000 for \`points\` but received ${points}`);
  });
});

describe('the embeddings of a run', () => {
  test('are those of its own precision, also where the version has others of the encoder', async () => {
    const { versionId } = await seedDataset(api.db, { name: 'twice' });
    for (const precision of ['FP32', 'INT8'] as const) {
      const setId = await seedSet(api.db, versionId, { precision });
      const id = await seedRun(api.db, { versionId, setId }, { status: 'QUEUED' });
      const { data } = await api.post(
        'query($id: ID!) { run(id: $id) { embeddingSet { id precision job { task } } } }',
        { id },
      );
      expect(data.run.embeddingSet).toEqual({
        id: setId,
        precision,
        job: { task: 'embed-dataset' },
      });
    }
  });
});

describe('samples', () => {
  const ask = async (args: string) => {
    const { data, errors } = await api.post(
      `{ datasetVersion(id: "${place.versionId}") { samples(${args}) { totalCount pageInfo { hasNextPage endCursor } nodes { key labels { key } split } } } }`,
    );
    expect(errors).toBeUndefined();
    return data.datasetVersion.samples;
  };

  test('come by key, page by page', async () => {
    const keys: string[] = [];
    let after = '';
    for (;;) {
      const { data } = await api.post(
        `{ datasetVersion(id: "${place.versionId}") { samples(first: 100 ${after}) { nodes { key } pageInfo { hasNextPage endCursor } } } }`,
      );
      const { nodes, pageInfo } = data.datasetVersion.samples;
      keys.push(...nodes.map((node: { key: string }) => node.key));
      if (!pageInfo.hasNextPage) break;
      after = `, after: "${pageInfo.endCursor}"`;
    }
    expect(keys).toHaveLength(230);
    expect(keys).toEqual([...keys].sort());
  });

  test('are filtered by label keys, all of them, and by the rest', async () => {
    expect((await ask('filter: { labels: ["3"] }')).totalCount).toBe(154);
    expect((await ask('filter: { labels: ["3", "16"] }')).totalCount).toBe(77);
    expect((await ask('filter: { labels: ["no such"] }')).totalCount).toBe(0);
    expect((await ask('filter: { labels: ["3", "no such"] }')).totalCount).toBe(0);
    expect((await ask('filter: { labelled: false }')).totalCount).toBe(76);
    expect((await ask('filter: { split: TRAIN }')).totalCount).toBe(154);
    expect((await ask('filter: { text: "CAPTION 22" }')).totalCount).toBe(11);
    expect((await ask('filter: { keys: ["k00001", "k00229", "none"] }')).totalCount).toBe(2);
    expect((await ask('filter: { keys: [] }')).totalCount).toBe(0);
  });

  test('a page begins anywhere, behind a cursor too, and whatever is filtered', async () => {
    const keys = (page: { nodes: { key: string }[] }) => page.nodes.map(({ key }) => key);
    for (const filter of ['', 'filter: { split: TEST }']) {
      const all = keys(await ask(`first: 200 ${filter}`));
      for (const [offset, first] of [
        [0, 5],
        [37, 5],
        [70, 50],
      ] as const) {
        const page = await ask(`first: ${first}, offset: ${offset} ${filter}`);
        expect(keys(page)).toEqual(all.slice(offset, offset + first));
        const { endCursor } = page.pageInfo;
        const next = await ask(`first: 3, after: "${endCursor}", offset: 4 ${filter}`);
        expect(keys(next)).toEqual(all.slice(offset + first + 4, offset + first + 7));
      }
    }
    const behind = await ask('first: 5, offset: 230');
    expect(behind).toMatchObject({ nodes: [], totalCount: 230, pageInfo: { hasNextPage: false } });
    const { errors } = await api.post(
      `{ datasetVersion(id: "${place.versionId}") { samples(offset: -1) { totalCount } } }`,
    );
    expect(errors![0].message).toBe('expected 0 or more for `offset` but received -1');
  });

  test('tell unknown labels from none', async () => {
    const { nodes } = await ask('first: 3');
    expect(nodes.map((node: { labels: unknown }) => node.labels)).toEqual([
      [{ key: '3' }, { key: '16' }],
      [{ key: '3' }],
      null,
    ]);
  });

  test('are found by id, and by the same key in another version', async () => {
    const number2 = await seedVersion(api.db, { datasetId, jobId: null, number: 2, samples: 5 });
    const [first] = await api.db.query<{ id: string }>(
      'select id from samples where version_id = $1 and position = 1',
      [place.versionId],
    );
    const { data } = await api.post(
      `{ here: sample(id: "${first!.id}") { id key width } there: sample(id: "${first!.id}", datasetVersion: 2) { id key }
         gone: sample(id: "${first!.id}", datasetVersion: 9) { id }
         dataset(name: "photos") { latestVersion { id number import { read } } versions { totalCount nodes { number } } } }`,
    );
    expect(data.here).toEqual({ id: first!.id, key: 'k00001', width: null });
    expect(data.there.key).toBe('k00001');
    expect(data.there.id).not.toBe(first!.id);
    expect(data.gone).toBeNull();
    expect(data.dataset).toEqual({
      latestVersion: { id: number2, number: 2, import: null },
      versions: { totalCount: 2, nodes: [{ number: 2 }, { number: 1 }] },
    });
  });
});

test('an import tells what it rejected', async () => {
  const { data } = await api.post(
    `{ datasetVersion(id: "${place.versionId}") { import { read imported rejectedCount
       rejected(first: 1) { totalCount nodes { line key reason } pageInfo { hasNextPage } } } } }`,
  );
  expect(data.datasetVersion.import).toEqual({
    read: 232,
    imported: 230,
    rejectedCount: 2,
    rejected: {
      totalCount: 2,
      nodes: [{ line: 3, key: 'a', reason: 'missing image' }],
      pageInfo: { hasNextPage: true },
    },
  });
});

describe('a dataset whose first import', () => {
  test.each([
    ['is under way', 'RUNNING', true],
    ['has failed', 'FAILED', false],
  ])('%s', async (_name, status, listed) => {
    const { db } = api;
    const [dataset] = await db.query<{ id: string }>(
      `insert into datasets (name) values ('soon') returning id`,
    );
    await db.query(
      `insert into jobs (task, payload, status, dataset_id) values ('import-dataset', '{}', $1::"JobStatus", $2)`,
      [status, dataset!.id],
    );
    const { data } = await api.post(
      `query ($id: ID!) { datasets { nodes { id labels { key } latestVersion { id } } }
         byId: dataset(id: $id) { id } byName: dataset(name: "soon") { id } }`,
      { id: dataset!.id },
    );
    expect([data.byId, data.byName]).toEqual([dataset, null]);
    const found = data.datasets.nodes.find((node: { id: string }) => node.id === dataset!.id);
    expect(found !== undefined).toBe(listed);
    if (found) expect(found).toEqual({ id: dataset!.id, labels: [], latestVersion: null });
    await db.query('delete from datasets where id = $1', [dataset!.id]);
  });
});

describe('an unknown or malformed id', () => {
  const ids = [
    '00000000-0000-0000-0000-000000000000',
    'nonsense',
    '',
    '../../etc/passwd',
    '1 or 1=1',
  ];
  test.each(ids)('%s answers null to queries', async (id) => {
    const { data, errors } = await api.post(
      `query($id: ID!, $name: String!) { dataset(id: $id) { id } byName: dataset(name: $name) { id }
        datasetVersion(id: $id) { id } sample(id: $id) { id } job(id: $id) { id } run(id: $id) { id }
        model(name: $name) { id } modelVersion(ref: $name) { id } }`,
      { id, name: id },
    );
    expect(errors).toBeUndefined();
    expect(new Set(Object.values(data))).toEqual(new Set([null]));
  });

  test.each(ids)('%s answers NOT_FOUND to updateRun', async (id) => {
    const { code } = await api.post('mutation($id: ID!) { updateRun(id: $id, name: "x") { id } }', {
      id,
    });
    expect(code).toBe('NOT_FOUND');
  });
});

describe('statements', () => {
  const RUNS = `query($first: Int) { runs(first: $first) { totalCount nodes {
    id name dataset { name labels { key } } datasetVersion { number embeddingSets { id encoder { id } job { id } } import { rejected { nodes { line } } } samples(first: 3) { totalCount nodes { key labels { name } thumbnailUrl } } }
    encoder { id } embeddingSet { id } job { id status } history(points: 50) { epoch elapsedSeconds validation { undefinedLabels { key } } }
    best { undefinedLabels { key } } labelMetrics { label { key } f1 }
    modelVersions { number aliases model { name aliases { name version { number } } versions(first: 2) { totalCount nodes { number run { id } } } } } } } }`;
  const DATASETS = `query($first: Int) { datasets(first: $first) { nodes { labels { key } latestVersion { number }
    versions(first: 2) { totalCount nodes { number dataset { name } samples(first: 2, filter: { labels: ["3"] }) { totalCount nodes { key } } } } } } }`;
  const JOBS = `query($first: Int) { jobs(first: $first) { nodes { importReport { read rejected { totalCount nodes { line } } } } } }`;
  const MODELS = `query($first: Int) { models(first: $first) { nodes { aliases { version { labels { key } encoder { id } metrics { undefinedLabels { key } } } } versions { nodes { aliases runs { name } } } } } }`;

  beforeAll(async () => {
    for (let i = 0; i < 50; i++) {
      const { versionId } = await seedDataset(api.db, { name: `set-${i}`, samples: 4 });
      const runId = await seedRun(api.db, { versionId, setId: await seedSet(api.db, versionId) });
      await seedModel(api.db, { name: `model-${i}`, runId });
    }
  });

  const count = async (query: string, first: number) => {
    api.statements.length = 0;
    const { data, errors } = await api.post(query, { first });
    expect(errors).toBeUndefined();
    expect((Object.values(data)[0] as { nodes: unknown[] }).nodes).toHaveLength(first);
    // The token's own row apart.
    return api.statements.filter((text) => !/\btokens\b/.test(text)).length;
  };

  test.each([
    ['runs', RUNS, 24],
    ['datasets', DATASETS, 7],
    ['jobs', JOBS, 4],
    ['models', MODELS, 9],
  ])('of %s with all below it are as many for 5 as for 50', async (_name, query, most) => {
    const five = await count(query, 5);
    const fifty = await count(query, 50);
    expect(fifty).toBe(five);
    expect(five).toBeLessThanOrEqual(most);
  });

  test.each(['datasets', 'runs', 'jobs', 'models'])(
    'of %s alone are two with the total, one without',
    async (list) => {
      expect(await count(`query($first: Int) { ${list}(first: $first) { nodes { id } } }`, 5)).toBe(
        1,
      );
      expect(
        await count(`query($first: Int) { ${list}(first: $first) { totalCount nodes { id } } }`, 5),
      ).toBe(2);
    },
  );
});
