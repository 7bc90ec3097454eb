import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExperimentsApi, startExperimentsApi } from './support/experiments-api.js';

let api: ExperimentsApi;
beforeAll(async () => {
  api = await startExperimentsApi();
});
afterAll(() => api.stop());

test('a search is planned, started, and shown with its rungs', async () => {
  const search = {
    kind: 'HALVING',
    cells: 6,
    reduction: 2,
    maxEpochs: 5,
    ranges: [{ option: 'LEARNING_RATE', low: 0.001, high: 0.1, scale: 'LOG' }],
  };
  const given = api.experimentInput({ search, seeds: [31] });
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
  const id = await api.startExperiment({ search, seeds: [31] });
  await api.embed(id);
  await api.train();
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
