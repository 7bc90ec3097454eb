import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendRunEvent } from '../../src/db/events.js';
import { endRun, finishRun } from '../../src/db/run-lifecycle.queries.js';
import { advanceExperimentsOfRun } from '../../src/services/advance-experiments.js';
import {
  cancelExperiment,
  deleteExperiment,
  pauseExperiment,
  resumeExperiment,
  retryExperimentCell,
} from '../../src/services/control-experiment.js';
import { extendExperiment } from '../../src/services/extend-experiment.js';
import { planExperiment } from '../../src/services/plan-experiment.js';
import type { BestCells } from '../../src/services/report-labels.js';
import { startExperiment } from '../../src/services/start-experiment.js';
import { FakeEncoder } from '../db/line/fake-encoder.js';
import { type Api, startApi } from './support/api.js';
import { METRICS, seedDataset } from './support/seed.js';

let api: Api;
let datasetId: string;
const compared: unknown[] = [];
const labelled: BestCells[] = [];

beforeAll(async () => {
  api = await startApi({
    limits: { queryCost: 1_000_000 },
    services: (db) => {
      const deps = { db, encoders: new FakeEncoder(), limits: { trainingBytes: 2 ** 30 } };
      return {
        planExperiment: (input) => planExperiment(deps, input),
        startExperiment: (input) => startExperiment(deps, input),
        extendExperiment: (input) => extendExperiment(deps, input),
        pauseExperiment: (id) => pauseExperiment(deps, id),
        resumeExperiment: (id) => resumeExperiment(deps, id),
        cancelExperiment: (id) => cancelExperiment({ db, cancelRun: async () => {} }, id),
        retryExperimentCell: (id, cell) => retryExperimentCell(deps, id, cell),
        deleteExperiment: (id) => deleteExperiment(deps, id),
        async reportLabels(cells) {
          labelled.push(cells);
          const score = { averagePrecision: null, f1: 0.5 };
          const captionMatch = { support: 3, matched: 2, precision: 0.5, recall: null, f1: 0.25 };
          return {
            numSamples: 7,
            labels: [0, 1].map((label) => ({
              support: 3 + label,
              imageOnly: null,
              textOnly: score,
              fused: score,
              captionMatch,
            })),
            flips: {
              gained: 4,
              lost: 1,
              numSamples: 9,
              samples: [
                { row: 12, gained: [0, 1], lost: [] },
                { row: 3, gained: [], lost: [1] },
              ],
            },
          };
        },
        async compareCells(pair) {
          compared.push(pair);
          return {
            mean: 0.25,
            low: 0.1,
            high: 0.4,
            pValue: 0.01,
            level: 0.95,
            resamples: 1000,
            numSamples: 7,
          };
        },
      };
    },
  });
  const seeded = await seedDataset(api.db, { name: 'photos', samples: 30 });
  datasetId = seeded.datasetId;
  await api.db.query(`update samples set split = 'VALIDATION' where position < 10`);
});
afterAll(() => api.stop());

const input = (more = {}) => ({
  datasetId,
  encoderId: 'test/fake',
  heads: [{ kind: 'LINEAR' }, { kind: 'MLP', hidden: [4], dropout: 0 }],
  fusions: [{ kind: 'TEXT_ONLY' }],
  losses: [{ kind: 'BCE' }, { kind: 'ASYMMETRIC', gammaNegative: 2 }],
  seeds: [1, 2],
  ...more,
});

const START = `mutation($input: ExperimentInput!) { startExperiment(input: $input) { id status numRuns } }`;

async function start(more = {}): Promise<string> {
  const { data, errors } = await api.post(START, { input: input(more) });
  expect(errors).toBeUndefined();
  return data.startExperiment.id;
}

/** As if the embeddings had been made. */
async function embed(id: string): Promise<void> {
  await api.db.query(`update embedding_sets set artifact_sha256 = sha256('set')`);
  await resume(id);
}

const resume = (id: string) =>
  api.post('mutation($id: ID!) { resumeExperiment(id: $id) { status } }', { id });

/** Ends every run that is open, as a worker would, until no more come. */
async function train(options: { fail?: number } = {}): Promise<void> {
  let failures = options.fail ?? 0;
  for (;;) {
    const [run] = await api.db.query<{ id: string }>(
      `select id from runs where status = 'QUEUED' order by created_at, id limit 1`,
    );
    if (!run) return;
    await api.db.transaction(async (tx) => {
      if (failures-- > 0) {
        await endRun(tx, run.id, { code: 'TRAINING_DIVERGED', message: 'planted' });
        await appendRunEvent(tx, run.id, { status: 'FAILED' });
      } else {
        await finishRun(tx, run.id, {
          best: METRICS,
          bestPaired: METRICS,
          final: METRICS,
          bestEpoch: 1,
          labelMetrics: {},
          thresholds: [0.5, 0.5],
          headSha256: 'a'.repeat(64),
          scoresSha256: 'b'.repeat(64),
        });
        await appendRunEvent(tx, run.id, { status: 'SUCCEEDED' });
      }
      await advanceExperimentsOfRun(tx, run.id);
    });
  }
}

const EVENTS = `subscription($id: ID!, $after: Int) { experimentEvents(id: $id, after: $after) {
  seq status progress message run { id status } experiment { status numSucceeded } } }`;

async function events(id: string, after = 0) {
  const client = api.socket();
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const seen: any[] = [];
  for await (const answer of client.iterate({ query: EVENTS, variables: { id, after } })) {
    expect(answer.errors).toBeUndefined();
    seen.push((answer.data as { experimentEvents: unknown }).experimentEvents);
  }
  await client.dispose();
  return seen;
}

describe('an experiment', () => {
  test('is planned, started, shown with its cells, paused, extended, and deleted', async () => {
    const plan = await api.post(
      `query($input: ExperimentInput!) { planExperiment(input: $input) { numCells numRuns numDone estimatedSeconds } }`,
      { input: input() },
    );
    expect(plan.data.planExperiment).toEqual({
      numCells: 4,
      numRuns: 8,
      numDone: 0,
      estimatedSeconds: null,
    });
    const id = await start({ name: 'first' });
    await embed(id);
    await train();
    const shown = await api.post(
      `query($id: ID!) { experiment(id: $id) {
         name status progress seeds numCells numRuns numSucceeded numFailed numReused error { code }
         dataset { name } datasetVersion { number }
         cells(first: 3) { totalCount pageInfo { hasNextPage } nodes {
           number config { head { kind hidden } fusion { kind } loss { kind gammaNegative } epochs }
           runs { seed reused run { status seed } } } } } }`,
      { id },
    );
    expect(shown.errors).toBeUndefined();
    const { cells, ...rest } = shown.data.experiment;
    expect(rest).toEqual({
      name: 'first',
      status: 'SUCCEEDED',
      progress: 1,
      seeds: [1, 2],
      numCells: 4,
      numRuns: 8,
      numSucceeded: 8,
      numFailed: 0,
      numReused: 0,
      error: null,
      dataset: { name: 'photos' },
      datasetVersion: { number: 1 },
    });
    expect(cells).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    expect(cells.nodes).toHaveLength(3);
    expect(cells.nodes[1]).toEqual({
      number: 1,
      config: {
        head: { kind: 'LINEAR', hidden: null },
        fusion: { kind: 'TEXT_ONLY' },
        loss: { kind: 'ASYMMETRIC', gammaNegative: 2 },
        epochs: 30,
      },
      runs: [1, 2].map((seed) => ({ seed, reused: false, run: { status: 'SUCCEEDED', seed } })),
    });

    const { data } = await api.post(
      `query($id: ID!) { experiment(id: $id) { report {
         numCellsCompared best { number numSeeds complete meanAveragePrecision { mean deviation } config { loss { kind } } }
         bestFused { number } bestSingle { number } comparison { difference }
         cells { number microF1 { mean } macroF1 { mean } }
         effects { axis embeddingSet { precision encoder { id } } head { kind } fusion { kind } loss { kind gammaNegative }
           optimizer { kind learningRate } mixup batchSize epochs meanAveragePrecision numCells } } } }`,
      { id },
    );
    const mean = METRICS.meanAveragePrecision;
    const nothing = {
      embeddingSet: null,
      ...{ head: null, fusion: null, loss: null, optimizer: null },
      ...{ mixup: null, batchSize: null, epochs: null },
      meanAveragePrecision: mean,
    };
    const adamw = { kind: 'ADAMW', learningRate: 0.001 };
    expect(data.experiment.report).toEqual({
      numCellsCompared: 4,
      best: {
        number: 0,
        numSeeds: 2,
        complete: true,
        meanAveragePrecision: { mean, deviation: 0 },
        config: { loss: { kind: 'BCE' } },
      },
      bestFused: null,
      bestSingle: { number: 0 },
      comparison: null,
      cells: [0, 1, 2, 3].map((number) => ({
        number,
        microF1: { mean: METRICS.microF1 },
        macroF1: { mean: METRICS.macroF1 },
      })),
      effects: [
        {
          ...nothing,
          axis: 'ENCODER',
          embeddingSet: { precision: 'FP32', encoder: { id: 'test/fake' } },
          numCells: 4,
        },
        { ...nothing, axis: 'HEAD', head: { kind: 'LINEAR' }, numCells: 2 },
        { ...nothing, axis: 'HEAD', head: { kind: 'MLP' }, numCells: 2 },
        { ...nothing, axis: 'FUSION', fusion: { kind: 'TEXT_ONLY' }, numCells: 4 },
        { ...nothing, axis: 'LOSS', loss: { kind: 'BCE', gammaNegative: null }, numCells: 2 },
        { ...nothing, axis: 'LOSS', loss: { kind: 'ASYMMETRIC', gammaNegative: 2 }, numCells: 2 },
        { ...nothing, axis: 'OPTIMIZER', optimizer: adamw, numCells: 4 },
        { ...nothing, axis: 'MIXUP', mixup: 0, numCells: 4 },
        { ...nothing, axis: 'BATCH_SIZE', batchSize: 256, numCells: 4 },
        { ...nothing, axis: 'EPOCHS', epochs: 30, numCells: 4 },
      ],
    });

    const extended = await api.post(
      `mutation($input: ExtendExperimentInput!) { extendExperiment(input: $input) { status numRuns seeds } }`,
      { input: { id, seeds: [3] } },
    );
    expect(extended.data.extendExperiment).toEqual({
      status: 'RUNNING',
      numRuns: 12,
      seeds: [1, 2, 3],
    });
    const paused = await api.post('mutation($id: ID!) { pauseExperiment(id: $id) { status } }', {
      id,
    });
    expect(paused.data.pauseExperiment.status).toBe('PAUSED');
    const DELETE = 'mutation($id: ID!) { deleteExperiment(id: $id) { id freedBytes } }';
    expect((await api.post(DELETE, { id })).code).toBe('CONFLICT');
    const cancelled = await api.post(
      'mutation($id: ID!) { cancelExperiment(id: $id) { status } }',
      { id },
    );
    expect(cancelled.data.cancelExperiment.status).toBe('CANCELLED');
    expect((await api.post(DELETE, { id })).data.deleteExperiment).toEqual({ id, freedBytes: 0 });
    const gone = await api.post('query($id: ID!) { experiment(id: $id) { id } }', { id });
    expect(gone.data.experiment).toBeNull();
    await train();
  });

  test('answers with what is wrong in an input', async () => {
    const refused = await api.post(START, { input: input({ seeds: [1, 1] }) });
    expect(refused.code).toBe('BAD_USER_INPUT');
    expect(refused.errors![0].message).toBe('expected different `seeds` but received 1 twice');
    const unknown = await api.post(START, { input: input({ encoderId: 'nobody' }) });
    expect(unknown.code).toBe('NOT_FOUND');
  });
});

test('the comparison is of the score files of the best fused and the best other cell', async () => {
  const id = await start({
    seeds: [21, 22],
    losses: [{ kind: 'BCE' }],
    fusions: [{ kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
  });
  await train();
  const { data, errors } = await api.post(
    `query($id: ID!) { experiment(id: $id) { datasetVersion { id } report { bestFused { number } bestSingle { number }
       comparison { difference low high pValue level resamples numSamples } } } }`,
    { id },
  );
  expect(errors).toBeUndefined();
  const { report, datasetVersion } = data.experiment;
  expect(report).toMatchObject({ bestFused: { number: 1 }, bestSingle: { number: 0 } });
  expect(report.comparison).toEqual({
    difference: 0.25,
    low: 0.1,
    high: 0.4,
    pValue: 0.01,
    level: 0.95,
    resamples: 1000,
    numSamples: 7,
  });
  const files = Array(2).fill(['b'.repeat(64)]);
  expect(compared).toEqual([{ versionId: datasetVersion.id, a: files, b: files }]);
});

test('the best cells of each kind are shown label by label, with the samples on which they differ', async () => {
  const id = await start({
    seeds: [41, 42],
    losses: [{ kind: 'BCE' }],
    heads: [{ kind: 'LINEAR' }],
    fusions: [{ kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
  });
  await train();
  labelled.length = 0;
  const { data, errors } = await api.post(
    `query($id: ID!) { experiment(id: $id) { datasetVersion { id }
       cells(first: 2) { nodes { runs { run { id } } } }
       report { bestImageOnly { number } bestTextOnly { number }
         labels { label { name } support imageOnly { f1 } textOnly { averagePrecision f1 } fused { f1 }
           captionMatch { label { name } matched recall } }
         flips { gained lost numSamples samples { sample { key } gained { name } lost { name } } } } } }`,
    { id },
  );
  expect(errors).toBeUndefined();
  const { report, datasetVersion, cells } = data.experiment;
  expect(report).toMatchObject({ bestImageOnly: null, bestTextOnly: { number: 0 } });
  expect(report.labels).toEqual(
    ['cat', 'bird'].map((name, index) => ({
      label: { name },
      support: 3 + index,
      imageOnly: null,
      textOnly: { averagePrecision: null, f1: 0.5 },
      fused: { f1: 0.5 },
      captionMatch: { label: { name }, matched: 2, recall: null },
    })),
  );
  expect(report.flips).toEqual({
    gained: 4,
    lost: 1,
    numSamples: 9,
    samples: [
      { sample: { key: 'k00012' }, gained: [{ name: 'cat' }, { name: 'bird' }], lost: [] },
      { sample: { key: 'k00003' }, gained: [], lost: [{ name: 'bird' }] },
    ],
  });
  const [textOnly, fused] = cells.nodes.map((cell: { runs: { run: { id: string } }[] }) =>
    cell.runs.map(({ run }) => [run.id]),
  );
  expect(labelled).toHaveLength(2);
  for (const { version, ...asked } of labelled) {
    expect(version.id).toBe(datasetVersion.id);
    expect(asked).toEqual({ imageOnly: [], textOnly, fused, single: 'textOnly' });
  }
});

test('with folds every cell has a run on each, and says so', async () => {
  const given = input({
    seeds: [51],
    losses: [{ kind: 'BCE' }],
    heads: [{ kind: 'LINEAR' }],
    folds: { count: 2 },
  });
  const plan = await api.post(
    'query($input: ExperimentInput!) { planExperiment(input: $input) { numCells numRuns } }',
    { input: given },
  );
  expect(plan.data.planExperiment).toEqual({ numCells: 1, numRuns: 2 });
  const started = await api.post(START, { input: given });
  expect(started.errors).toBeUndefined();
  await train();
  const { data, errors } = await api.post(
    `query($id: ID!) { experiment(id: $id) { folds { count seed }
       cells(first: 1) { nodes { runs { seed fold run { fold { count index seed } } } } } } }`,
    { id: started.data.startExperiment.id },
  );
  expect(errors).toBeUndefined();
  expect(data.experiment).toEqual({
    folds: { count: 2, seed: 1 },
    cells: {
      nodes: [
        {
          runs: [0, 1].map((index) => ({
            seed: 51,
            fold: index,
            run: { fold: { count: 2, index, seed: 1 } },
          })),
        },
      ],
    },
  });
});

test('a search is planned, started, and shown with its rungs', async () => {
  const search = {
    kind: 'HALVING',
    cells: 6,
    reduction: 2,
    maxEpochs: 5,
    ranges: [{ option: 'LEARNING_RATE', low: 0.001, high: 0.1, scale: 'LOG' }],
  };
  const given = input({ search, seeds: [31] });
  const plan = await api.post(
    `query($input: ExperimentInput!) { planExperiment(input: $input) {
       numCells numRuns maxRuns numEpochs maxEpochs rungs { rung epochs numCells maxCells } } }`,
    { input: given },
  );
  expect(plan.data.planExperiment).toEqual({
    numCells: 6,
    numRuns: 10,
    maxRuns: 15,
    numEpochs: 16,
    maxEpochs: 32,
    rungs: [
      { rung: 0, epochs: 1, numCells: 6, maxCells: 6 },
      { rung: 1, epochs: 2, numCells: 3, maxCells: 5 },
      { rung: 2, epochs: 4, numCells: 1, maxCells: 4 },
    ],
  });
  const id = await start({ search, seeds: [31] });
  await embed(id);
  await train();
  const { data, errors } = await api.post(
    `query($id: ID!) { experiment(id: $id) { status
       search { kind cells seed reduction minEpochs maxEpochs budgetRuns ranges { option low high scale } }
       cells { nodes { number rung promotedFrom config { epochs } } }
       report { best { number rung } cells { number rung } effects { axis numCells } } } }`,
    { id },
  );
  expect(errors).toBeUndefined();
  expect(data.experiment.search).toEqual({
    ...search,
    seed: 1,
    minEpochs: 1,
    budgetRuns: null,
  });
  // All reach the same: who goes up depends on whose result is there first, and is of the rung below.
  const nodes: { number: number; rung: number; promotedFrom: number | null }[] =
    data.experiment.cells.nodes;
  expect(nodes.slice(0, 6)).toEqual(
    [0, 1, 2, 3, 4, 5].map((number) => ({
      ...{ number, rung: 0, promotedFrom: null, config: { epochs: 1 } },
    })),
  );
  for (const { rung, promotedFrom, ...cell } of nodes.slice(6)) {
    expect(cell).toMatchObject({ config: { epochs: 2 ** rung } });
    expect(nodes[promotedFrom!]!.rung).toBe(rung - 1);
  }
  const numOf = (rung: number) => nodes.filter((node) => node.rung === rung).length;
  expect(numOf(1)).toBeGreaterThanOrEqual(3);
  expect(numOf(2)).toBeGreaterThanOrEqual(1);
  const { best, cells, effects } = data.experiment.report;
  expect(best).toEqual({ number: 0, rung: 0 });
  expect(cells).toHaveLength(nodes.length);
  const heads = effects.filter(({ axis }: { axis: string }) => axis === 'HEAD');
  expect(heads.reduce((sum: number, { numCells }: { numCells: number }) => sum + numCells, 0)).toBe(
    6,
  );
  expect(effects.filter(({ axis }: { axis: string }) => axis === 'OPTIMIZER')).toHaveLength(1);
});

describe('experimentEvents', () => {
  test('replays to the end, also after an end that was not the last', async () => {
    const id = await start({ seeds: [11] });
    await embed(id);
    await train({ fail: 1 });
    const first = await events(id);
    expect(first.map(({ seq }) => seq)).toEqual(first.map((_, i) => i + 1));
    expect(first.at(-1)).toMatchObject({
      status: 'FAILED',
      progress: 1,
      message: '1 of 4 runs did not succeed',
      experiment: { status: 'FAILED', numSucceeded: 3 },
    });
    const { data } = await api.post(
      'query($id: ID!) { experiment(id: $id) { cells { nodes { number runs { run { status } } } } } }',
      { id },
    );
    const { number } = data.experiment.cells.nodes.find(
      (cell: { runs: { run: { status: string } }[] }) => cell.runs[0]!.run.status === 'FAILED',
    );
    const retried = await api.post(
      'mutation($id: ID!, $cell: Int!) { retryExperimentCell(id: $id, cell: $cell) { status } }',
      { id, cell: number },
    );
    expect(retried.data.retryExperimentCell.status).toBe('RUNNING');
    await train();
    const all = await events(id);
    expect(all.slice(0, first.length).map(({ seq, status }) => [seq, status])).toEqual(
      first.map(({ seq, status }) => [seq, status]),
    );
    expect(all.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(all.slice(first.length)).toEqual(await events(id, first.length));
    const ended = all.flatMap(({ run }) => (run ? [run.status] : []));
    expect(ended.toSorted()).toEqual(['FAILED', ...Array(4).fill('SUCCEEDED')]);
    expect(await events(id, all.length)).toEqual([]);
  });

  test.each(['nonsense', '00000000-0000-0000-0000-000000000000'])(
    'of %s is NOT_FOUND',
    async (id) => {
      const client = api.socket();
      await expect(
        client.iterate({ query: EVENTS, variables: { id } })[Symbol.asyncIterator]().next(),
      ).resolves.toMatchObject({ value: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } });
      await client.dispose();
    },
  );
});

describe('the list of experiments', () => {
  const LIST = `query($first: Int, $after: String) { experiments(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id name dataset { name }
      cells(first: 2) { totalCount nodes { config { epochs } runs { run { status dataset { name } } } } } } } }`;

  test('is the same page by page as in one, with as many statements for 2 as for 8', async () => {
    for (let i = 0; i < 11; i++) await start({ name: `e${i}`, seeds: [100 + i] });
    await train();
    const statements = async (first: number) => {
      api.statements.length = 0;
      const { data, errors } = await api.post(LIST, { first });
      expect(errors).toBeUndefined();
      expect(data.experiments.nodes).toHaveLength(first);
      return api.statements.filter((text) => !/\btokens\b/.test(text)).length;
    };
    expect(await statements(8)).toBe(await statements(2));
    const reports = '{ experiments { nodes { report { numCellsCompared } } } }';
    expect((await api.post(reports)).errors?.[0].message).toContain('at most 10 experiments');
    const { data } = await api.post(LIST, { first: 200 });
    const names: string[] = [];
    let after: string | null = null;
    do {
      const page: {
        data: {
          experiments: {
            nodes: { name: string }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      } = await api.post(LIST, { first: 3, after });
      names.push(...page.data.experiments.nodes.map((node) => node.name));
      const { hasNextPage, endCursor } = page.data.experiments.pageInfo;
      after = hasNextPage ? endCursor : null;
    } while (after !== null);
    expect(names).toEqual(data.experiments.nodes.map((node: { name: string }) => node.name));
    expect(names.slice(0, 11)).toEqual(Array.from({ length: 11 }, (_, i) => `e${10 - i}`));
    expect(data.experiments.totalCount).toBe(names.length);
  });
});
