import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExperimentsApi, START, startExperimentsApi } from './support/experiments-api.js';

let api: ExperimentsApi;
beforeAll(async () => {
  api = await startExperimentsApi();
});
afterAll(() => api.stop());

describe('an experiment', () => {
  test('is planned, started, shown with its cells, paused, extended, and deleted', async () => {
    const plan = await api.post(
      `query($input: ExperimentInput!) { planExperiment(input: $input) { numCells numRuns numDone estimatedSeconds } }`,
      { input: api.experimentInput() },
    );
    expect(plan.data.planExperiment).toEqual({
      numCells: 4,
      numRuns: 8,
      numDone: 0,
      estimatedSeconds: null,
    });
    const id = await api.startExperiment({ name: 'first' });
    await api.embed(id);
    await api.train();
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
    await api.train();
  });

  test('answers with what is wrong in an input', async () => {
    const refused = await api.post(START, { input: api.experimentInput({ seeds: [1, 1] }) });
    expect(refused.code).toBe('BAD_USER_INPUT');
    expect(refused.errors![0].message).toBe('expected different `seeds` but received 1 twice');
    const unknown = await api.post(START, { input: api.experimentInput({ encoderId: 'nobody' }) });
    expect(unknown.code).toBe('NOT_FOUND');
  });
});

test('with folds every cell has a run on each, and says so', async () => {
  const given = api.experimentInput({
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
  await api.embed(started.data.startExperiment.id);
  await api.train();
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
