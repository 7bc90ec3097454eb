import { describe, expect, test } from 'vitest';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
import {
  axisEffects,
  type CellRun,
  chooseCells,
  meanDeviation,
  reportCells,
} from '../../../src/services/report-cells.js';

const config = (head: string, fusion: string) =>
  fillRunConfig({ head: { kind: head }, fusion: { kind: fusion } });
const runs = (cell: number, head: string, fusion: string, maps: (number | null)[]): CellRun[] =>
  maps.map((map, seed) => ({
    cell,
    rung: 0,
    seed,
    setId: fusion === 'TEXT_ONLY' ? 'set-b' : 'set-a',
    config: config(head, fusion),
    metrics: map === null ? null : { meanAveragePrecision: map, microF1: map / 2, macroF1: null },
  }));

// Two heads × three fusions × two seeds; of cell 4 one run has failed, of cell 5 both.
const RUNS = [
  ...runs(0, 'LINEAR', 'IMAGE_ONLY', [0.5, 0.7]),
  ...runs(1, 'LINEAR', 'TEXT_ONLY', [0.4, 0.4]),
  ...runs(2, 'LINEAR', 'CONCAT', [0.8, 0.7]),
  ...runs(3, 'MLP', 'IMAGE_ONLY', [0.7, 0.6]),
  ...runs(4, 'MLP', 'TEXT_ONLY', [0.95, null]),
  ...runs(5, 'MLP', 'CONCAT', [null, null]),
];

/** The plain numbers below are sums of a few hundredths. */
const close = (value: number) => expect.closeTo(value, 12);

describe('the mean and deviation', () => {
  test('are those of the sample', () => {
    // (1 + 2 + 4 + 5) / 4 = 3; squares 4 + 1 + 1 + 4 = 10; √(10 / 3)
    expect(meanDeviation([1, 2, 4, 5])).toEqual({ mean: 3, deviation: close(1.8257418583505538) });
    expect(meanDeviation([0.3])).toEqual({ mean: 0.3, deviation: null });
    expect(meanDeviation([])).toBeNull();
  });
});

describe('the cells', () => {
  const cells = reportCells(RUNS);

  test('come by their mean over seeds, those without one last', () => {
    const shown = cells.map((cell) => [
      cell.number,
      cell.numSeeds,
      cell.complete,
      cell.meanAveragePrecision,
    ]);
    expect(shown).toEqual([
      [4, 1, false, { mean: 0.95, deviation: null }],
      [2, 2, true, { mean: close(0.75), deviation: close(Math.sqrt(0.005)) }],
      [3, 2, true, { mean: close(0.65), deviation: close(Math.sqrt(0.005)) }],
      [0, 2, true, { mean: close(0.6), deviation: close(Math.sqrt(0.02)) }],
      [1, 2, true, { mean: close(0.4), deviation: close(0) }],
      [5, 0, false, null],
    ]);
    expect(cells[1]!.microF1).toEqual({ mean: close(0.375), deviation: close(Math.sqrt(0.00125)) });
    expect(cells[1]!.macroF1).toBeNull();
    expect(cells[1]!.config).toEqual(config('LINEAR', 'CONCAT'));
  });

  test('are chosen from among those with all their seeds, and the compared are counted', () => {
    const { best, bestFused, bestSingle, bestImageOnly, bestTextOnly, numCellsCompared } =
      chooseCells(cells);
    expect([best, bestFused, bestSingle].map((cell) => cell?.number)).toEqual([2, 2, 3]);
    expect([bestImageOnly, bestTextOnly].map((cell) => cell?.number)).toEqual([3, 1]);
    expect(numCellsCompared).toBe(4);
  });

  test('of one kind alone leave the other unchosen', () => {
    const single = reportCells(runs(0, 'LINEAR', 'IMAGE_ONLY', [0.5]));
    expect(chooseCells(single)).toMatchObject({ best: { number: 0 }, bestFused: null });
    expect(chooseCells([])).toEqual({
      best: null,
      bestFused: null,
      bestSingle: null,
      bestImageOnly: null,
      bestTextOnly: null,
      numCellsCompared: 0,
    });
  });

  test('of equal means come by number', () => {
    const equal = [...runs(7, 'MLP', 'CONCAT', [0.5]), ...runs(2, 'LINEAR', 'CONCAT', [0.5])];
    expect(reportCells(equal).map((cell) => cell.number)).toEqual([2, 7]);
  });
});

test('the effect of each value is the mean over its complete cells, the best value first', () => {
  const effects = axisEffects(reportCells(RUNS)).map(
    ({ axis, value, meanAveragePrecision, numCells }) => [
      axis,
      typeof value === 'object' ? value.kind : value,
      meanAveragePrecision,
      numCells,
    ],
  );
  expect(effects).toEqual([
    ['encoders', 'set-a', close(2 / 3), 3],
    ['encoders', 'set-b', close(0.4), 1],
    ['heads', 'MLP', close(0.65), 1],
    ['heads', 'LINEAR', close(1.75 / 3), 3],
    ['fusions', 'CONCAT', close(0.75), 1],
    ['fusions', 'IMAGE_ONLY', close(0.625), 2],
    ['fusions', 'TEXT_ONLY', close(0.4), 1],
    ['losses', 'BCE', close(0.6), 4],
    ['optimizers', 'ADAMW', close(0.6), 4],
    ['mixups', 0, close(0.6), 4],
    ['batchSizes', 256, close(0.6), 4],
    ['epochs', 30, close(0.6), 4],
  ]);
});

test('values of one kind with other options are other values', () => {
  const of = (dropout: number, map: number): CellRun => ({
    cell: dropout * 10,
    rung: 0,
    seed: 1,
    setId: 'set-a',
    config: fillRunConfig({ head: { kind: 'MLP', dropout } }),
    metrics: { meanAveragePrecision: map, microF1: map, macroF1: map },
  });
  const effects = axisEffects(reportCells([of(0.1, 0.5), of(0.2, 0.6)]));
  expect(effects.filter(({ axis }) => axis === 'heads')).toMatchObject([
    { value: { dropout: 0.2 }, meanAveragePrecision: 0.6 },
    { value: { dropout: 0.1 }, meanAveragePrecision: 0.5 },
  ]);
});

test('values that differ in what was drawn from a range are one, and higher rungs are left out', () => {
  const of = (cell: number, rung: number, learningRate: number, map: number): CellRun => ({
    cell,
    rung,
    seed: 1,
    setId: 'set-a',
    config: fillRunConfig({ optimizer: { kind: cell % 2 ? 'SGD' : 'ADAMW', learningRate } }),
    metrics: { meanAveragePrecision: map, microF1: null, macroF1: null },
  });
  const cells = reportCells([
    of(0, 0, 0.1, 0.25),
    of(1, 0, 0.2, 0.5),
    of(2, 0, 0.3, 0.75),
    of(3, 0, 0.4, 0.125),
    of(5, 1, 0.2, 1),
  ]);
  expect(cells.map(({ number, rung }) => [number, rung])[0]).toEqual([5, 1]);
  const optimizers = axisEffects(cells, ['LEARNING_RATE']).filter(
    ({ axis }) => axis === 'optimizers',
  );
  expect(optimizers).toMatchObject([
    { value: { kind: 'ADAMW', learningRate: 0.3 }, meanAveragePrecision: 0.5, numCells: 2 },
    { value: { kind: 'SGD', learningRate: 0.2 }, meanAveragePrecision: 0.3125, numCells: 2 },
  ]);
  expect(axisEffects(cells).filter(({ axis }) => axis === 'optimizers')).toHaveLength(4);
});

test('an untrained head has no place on an axis of training', () => {
  const cells = reportCells([
    ...runs(0, 'KNN', 'CONCAT', [0.9]),
    ...runs(1, 'MLP', 'CONCAT', [0.5]),
  ]);
  const counts = (name: string) =>
    axisEffects(cells)
      .filter(({ axis }) => axis === name)
      .map(({ meanAveragePrecision, numCells }) => [meanAveragePrecision, numCells]);
  expect(counts('losses')).toEqual([[close(0.7), 2]]);
  for (const axis of ['optimizers', 'mixups', 'batchSizes', 'epochs']) {
    expect(counts(axis)).toEqual([[0.5, 1]]);
  }
});
