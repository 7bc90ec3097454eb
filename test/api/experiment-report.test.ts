import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BestCells } from '../../src/services/report-labels.js';
import { type ExperimentsApi, startExperimentsApi } from './support/experiments-api.js';
import { METRICS } from './support/seed.js';

const compared: unknown[] = [];
const labelled: BestCells[] = [];

let api: ExperimentsApi;
beforeAll(async () => {
  api = await startExperimentsApi({
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
  });
});
afterAll(() => api.stop());

test('the report ranks the cells and says what each value of an axis reaches', async () => {
  const id = await api.startExperiment();
  await api.embed(id);
  await api.train();
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
});

test('the comparison is of the score files of the best fused and the best other cell', async () => {
  const id = await api.startExperiment({
    seeds: [21, 22],
    losses: [{ kind: 'BCE' }],
    fusions: [{ kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
  });
  await api.embed(id);
  await api.train();
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
  const id = await api.startExperiment({
    seeds: [41, 42],
    losses: [{ kind: 'BCE' }],
    heads: [{ kind: 'LINEAR' }],
    fusions: [{ kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
  });
  await api.embed(id);
  await api.train();
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
